import { describe, expect, it } from '@jest/globals';
import { THREAD_ALERTS, type Reason } from '@enlace/e2ee';

import { formatMessage, isMessageKey } from '../i18n/messages.js';
import { isReason, REASONS } from '../protocol/reasons.js';

/** The closed list of protocol.md, section 5.4; the compiler compares it with the one of the protocol. */
const CODES: readonly Reason[] = [
  'not-granted',
  'key-pending',
  'device-state-lost',
  'sequence-gap',
  'fork',
  'not-authentic',
  'sender-excluded',
  'damaged',
  'newer-format',
  'redacted',
  'retention-ended',
];

describe('why an entry cannot be read', () => {
  it('is one of the eleven codes of the protocol, and every one of them', () => {
    const all: Readonly<Record<Reason, object>> = REASONS;
    expect(Object.keys(all)).toEqual(CODES);
  });

  it('is known for whatever an alert takes away', () => {
    for (const { reason } of Object.values(THREAD_ALERTS)) {
      expect(reason === null || isReason(reason)).toBe(true);
    }
    expect(isReason('toString')).toBe(false);
  });

  it.each(Object.entries(REASONS))(
    '%s has a sentence, who and a button',
    (code, { who, remedy }) => {
      for (const key of [`thread.reason.${code}`, `thread.who.${who}`, `thread.remedy.${remedy}`]) {
        if (!isMessageKey(key)) throw new Error(`${key} has no words`);
        const said = (['es', 'en'] as const).map((language) => formatMessage(language, key, {}));
        expect(new Set(said).size).toBe(2);
      }
    },
  );
});
