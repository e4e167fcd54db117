import { describe, expect, it } from '@jest/globals';
import { parseId, type DeviceId, type PersonId } from '@enlace/kernel';

import { redactionIn, withoutBody, type Redaction } from './erase-redacted.js';
import type { KeptEntry } from './kept-entry.js';

const rosa = parseId<PersonId>('00000000-0000-4000-8000-000000000001');
const omar = parseId<PersonId>('00000000-0000-4000-8000-000000000002');
const deviceId = parseId<DeviceId>('01900000-0000-7000-8000-000000000001');

const entry = (more: Partial<KeptEntry> = {}): KeptEntry => ({
  seq: 3,
  acceptedAtMs: 1,
  chain: new Uint8Array(32),
  kind: 'message',
  entryId: null,
  author: { deviceId, personId: rosa },
  effect: { effect: 'content', content: { type: 'text', text: 'secreto' } },
  alerts: [],
  bytes: Uint8Array.of(1),
  ...more,
});
const by = (who: PersonId, reason: Redaction['reason']): Redaction => ({
  by: who,
  targets: [3],
  reason,
});

describe('a redaction', () => {
  it('leaves who wrote an entry, and that it was redacted', () => {
    const left = withoutBody(entry(), by(rosa, 'withdrawn'));
    expect(left).toEqual(
      entry({ effect: { effect: 'placeholder', reason: 'redacted' }, bytes: null }),
    );
  });

  it.each(['steward', 'court-order'] as const)(
    'by a steward erases what others wrote: %s',
    (why) => {
      expect(withoutBody(entry(), by(omar, why))).toMatchObject({ bytes: null });
    },
  );

  it.each<[string, KeptEntry, Redaction]>([
    ['what another wrote', entry(), by(omar, 'withdrawn')],
    ['what nobody is known to have written', entry({ author: null }), by(rosa, 'withdrawn')],
    ['what its snapshot says as well', entry({ kind: 'record-update' }), by(rosa, 'compacted')],
    ['a change of members', entry({ kind: 'commit' }), by(rosa, 'withdrawn')],
    ['what a later build knows', entry({ kind: null }), by(rosa, 'court-order')],
    [
      'what is erased already',
      entry({ effect: { effect: 'placeholder', reason: 'retention-ended' }, bytes: null }),
      by(rosa, 'withdrawn'),
    ],
  ])('does not take back %s', (_, target, redaction) => {
    expect(withoutBody(target, redaction)).toBeNull();
  });

  it('also erases what waits for its key', () => {
    const waiting = entry({ effect: { effect: 'placeholder', reason: 'key-pending' } });
    expect(withoutBody(waiting, by(rosa, 'withdrawn'))).toMatchObject({ bytes: null });
  });

  it('is one only where whoever wrote it might redact', () => {
    const statement = { v: 1, targets: [3], reason: 'withdrawn' };
    const redaction = entry({ kind: 'redaction', effect: { effect: 'redacted', statement } });
    expect(redactionIn(redaction)).toEqual(by(rosa, 'withdrawn'));
    const refused = { effect: 'placeholder', reason: 'sender-excluded' };
    expect(redactionIn(entry({ kind: 'redaction', effect: refused }))).toBeNull();
  });
});
