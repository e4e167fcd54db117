import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import type { ShownAlert, ShownEntry } from '@enlace/client';
import { THREAD_ALERTS } from '@enlace/e2ee';
import { isJsonObject, parseId, type JsonObject } from '@enlace/kernel';
import { forTestsOnlySeed } from '@enlace/testing';
import { acceptCustodyTransfer, cryptoReady, signCustodyTransfer } from '@enlace/trust';

import { LANGUAGES, type Language } from '../../command-line/language.js';
import { alertLines, entryLines } from './entry-words.js';
import { ALERTS, REASONS } from './reasons.js';
import { Telling } from './telling.js';

const ROSA = '00000000-0000-4000-8000-000000000001';
const OMAR = '00000000-0000-4000-8000-000000000002';
const NAMES = new Map([
  [ROSA, 'Rosa Alpízar (CR)'],
  [OMAR, 'Omar Batista (PA)'],
]);
const ID = '01900000-0000-7000-8000-0000000000a1';

const { accepted }: { readonly accepted: readonly { readonly text: string }[] } = JSON.parse(
  readFileSync(new URL('../../../../../libs/e2ee/vectors/content.json', import.meta.url), 'utf8'),
);
/** One of each type of content, and of each thing that an entry does without one. */
const CONTENTS: readonly JsonObject[] = accepted.map(({ text }) => JSON.parse(text));
const policy = { states: ['CR', 'PA'], level: 'informal', handlingFloor: 'EN1' };
const EFFECTS: readonly JsonObject[] = [
  { type: 'opened' },
  { type: 'left', personId: OMAR },
  { type: 'committed', changes: [], isRemoved: false },
  ...[
    { op: 'invite', invitationId: ID, personId: OMAR, role: 'member', expiresAt: '2026-12-01' },
    { op: 'withdraw', invitationId: ID },
    { op: 'lapse', invitationId: ID },
    { op: 'join', invitationId: ID, deviceId: ID },
    { op: 'device', deviceId: ID },
    { op: 'remove', personId: OMAR, deviceIds: [ID], cause: 'removed' },
    { op: 'remove', personId: null, deviceIds: [ID], cause: 'stale' },
    { op: 'role', personId: OMAR, role: 'steward' },
    { op: 'policy', policy },
  ].map((change) => ({ type: 'committed', changes: [change], isRemoved: true })),
  { type: 'access-requested', statement: { requestId: ID, reason: 'new-device' } },
  {
    type: 'granted',
    statement: { toPersonId: OMAR, fromSeq: 1, toSeq: 9, basis: 'handover' },
  },
  { type: 'redacted', statement: { targets: [3, 4], reason: 'court-order' } },
  ...['close', 'retain', 'hold', 'release', 'shred'].map((action) => ({
    type: 'lifecycle',
    statement: { action, basis: 'court-order', until: '2027-01-01', approvals: [] },
  })),
  { type: 'record-update', recordId: ID, schemaVersion: 1 },
  { type: 'record-snapshot', recordId: ID, schemaVersion: 1 },
];

const telling = (language: Language) => new Telling(language, (id) => NAMES.get(id) ?? id);
const entry = (content: JsonObject | null, more: object = {}): ShownEntry => ({
  seq: 7,
  kind: 'message',
  sender: { person: parseId(ROSA), state: 'CR', device: parseId(ID) },
  sentAt: '2026-11-26T11:00:00.000Z',
  acceptedAt: '2026-11-26T11:00:01.000Z',
  handling: 'EN1',
  content,
  ...more,
});

describe('a thread in words', () => {
  it('begins each entry with who, when and how it may be used', () => {
    const text = { type: 'text', text: 'buenos días' };
    expect(entryLines(entry(text), telling('es'))).toEqual([
      '     7  2026-11-26T11:00:00.000Z  Rosa Alpízar (CR)  EN1',
      '    | buenos días',
    ]);
  });

  it.each([...CONTENTS, ...EFFECTS].map((content) => ({ type: content['type'], content })))(
    'has a sentence in each language for $type',
    ({ content }) => {
      const told = LANGUAGES.map((language) => {
        const [, ...said] = entryLines(entry(content), telling(language));
        expect(said.length).toBeGreaterThan(0);
        const text = said.join('\n');
        // Neither JSON nor a hole.
        expect(text).not.toMatch(/\{|\}|undefined|null|\[object/u);
        return text;
      });
      expect(told[0] === told[1]).toBe(isQuoteAlone(content));
    },
  );

  it('says what an answer is about', () => {
    const [asked] = CONTENTS.filter(({ type }) => type === 'ack.request');
    const [given] = CONTENTS.filter(({ type }) => type === 'ack.given');
    const reader = telling('es');
    entryLines(entry({ ...asked }), reader);
    const [, said] = entryLines(entry({ ...given, ackId: asked?.['ackId'] ?? '' }), reader);
    expect(said).toContain('Acusa recibo a la entrada 7');
  });

  it('lets nobody write lines that look like those of others, or drive the terminal', () => {
    const forged =
      'hola\n     8  2026-11-26T11:00:00.000Z  Omar Batista (PA)  EN1\n\u001b[2J\u202e';
    const lines = entryLines(entry({ type: 'text', text: forged }), telling('es'));
    expect(lines.slice(1)).toEqual([
      '    | hola',
      '    |      8  2026-11-26T11:00:00.000Z  Omar Batista (PA)  EN1',
      '    | \\u001b[2J\\u202e',
    ]);
    const titled = { type: 'record.create', recordId: ID, title: 'a\n     9  x', schema: 'note/1' };
    expect(entryLines(entry(titled), telling('en'))).toHaveLength(2);
  });

  it('says of custody whether it is offered or accepted, and of what nobody can read that it is', async () => {
    await cryptoReady();
    const transfer = {
      transferId: ID,
      custodyId: ID,
      attachmentId: ID,
      sha256: 'A'.repeat(43),
      from: ROSA,
      fromDevice: ID,
      to: OMAR,
      previous: 'A'.repeat(43),
      purpose: 'peritaje',
      condition: 'sellado',
    };
    const offered = signCustodyTransfer(transfer, forTestsOnlySeed('rosa'));
    const both = acceptCustodyTransfer(offered, forTestsOnlySeed('omar'));
    const said = (wire: string) => {
      const told = { type: 'custody.transfer', attachmentId: ID, transfer: wire };
      return entryLines(entry(told), telling('es')).slice(1).join('\n');
    };
    expect(said(offered)).toContain('Ofrece la custodia');
    expect(said(offered)).toContain('de Rosa Alpízar (CR) a Omar Batista (PA)');
    expect(said(both)).toContain('Acepta la custodia');
    expect(said('{"body":"e30","sigs":[]}')).toContain('nadie puede leer');
  });

  it('shows what a later build sealed as it is', () => {
    const [, said] = entryLines(entry({ type: 'poll', options: ['a'] }), telling('es'));
    expect(said).toBe('    | {"options":["a"],"type":"poll"}');
  });

  it.each(Object.keys(REASONS))(
    'says why an entry cannot be read, and what to do: %s',
    (reason) => {
      const told = LANGUAGES.map((language) => {
        const [, said = ''] = entryLines(entry(null, { reason }), telling(language));
        expect(said).toContain(`(${reason})`);
        return said;
      });
      expect(told[0]).not.toBe(told[1]);
    },
  );

  it.each(Object.keys(THREAD_ALERTS))('says what an alert means: %s', (kind) => {
    const code = kind as ShownAlert['code'];
    const { response } = THREAD_ALERTS[code];
    for (const language of LANGUAGES) {
      const at = alertLines({ code, response, seq: 4 }, telling(language));
      expect(at[0]).toContain(ALERTS[code][language]);
      expect(at[0]).toContain('4');
      expect(at).toHaveLength(response === 'suspend' ? 2 : 1);
      expect(alertLines({ code, response }, telling(language))[0]).not.toContain('{');
    }
  });
});

/** What consists of the words of a member is the same in each language. */
function isQuoteAlone(content: JsonObject): boolean {
  const isPlain = Object.keys(content).every((name) =>
    ['v', 'type', 'handling', 'sentAt', 'text'].includes(name),
  );
  return isPlain && isJsonObject(content['handling'] ?? null);
}
