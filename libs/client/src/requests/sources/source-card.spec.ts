import { describe, expect, it } from '@jest/globals';
import { parseId, type JsonObject, type PersonId, type ThreadId } from '@enlace/kernel';
import { testId } from '@enlace/testing';

import type { ShownEntry } from '../../threads/reading.js';
import { sourceCardOf } from './source-card.js';

const SENT = '2026-11-26T11:00:00.000Z';
const threadId = parseId<ThreadId>(testId('thread', 7));
const idOf = (slug: string) => parseId<PersonId>(testId(slug, 4));
const [rosa, omar, yara, ximena] = ['cr-rosa', 'pa-omar', 'pa-yara', 'mx-ximena'].map(idOf) as [
  PersonId,
  PersonId,
  PersonId,
  PersonId,
];
const STATES = new Map([
  [rosa, 'CR'],
  [omar, 'PA'],
  [yara, 'PA'],
  [ximena, 'MX'],
]);

/** Who says what, under which code. */
type Lines = readonly (readonly [PersonId, JsonObject, string?])[];

/** Entries in their order, each at the place that its own number says. */
const thread = (...said: Lines) =>
  said.map(([person, content, handling = 'EN1'], at): ShownEntry => ({
    seq: at + 1,
    kind: 'message',
    sender: { person, state: STATES.get(person) ?? null, device: parseId(testId('d', 7)) },
    sentAt: SENT,
    acceptedAt: SENT,
    handling,
    content: { v: 1, sentAt: SENT, handling: { code: 'EN1' }, ...content },
  }));
const text = { type: 'text', text: 'El vehículo cruzó el 14.' };
const answer = {
  type: 'info.answer',
  requestId: testId('request', 7),
  answers: [{ questionId: 'q1', text: 'Sí.', certainty: 'certain' }],
};
const told = (more: JsonObject = {}) => ({
  type: 'info.spontaneous',
  informationId: testId('told', 7),
  summary: 'El vehículo cruzó vacío.',
  states: ['CR'],
  exculpatory: false,
  ...more,
});
const consent = (more: JsonObject = {}) => ({
  type: 'handling.consent',
  fromSeq: 1,
  toSeq: 1,
  to: { state: 'CR' },
  scope: 'evidence',
  ...more,
});
const card = (entries: readonly ShownEntry[], { seq = 1, requested = 'PA' } = {}) =>
  sourceCardOf(seq, { threadId, entries, own: 'CR', requested, nowMs: Date.parse(SENT) });
const refused = expect.objectContaining({ code: 'request.no-source' });

describe('an entry of another State as a source of a draft', () => {
  it.each(['EN0', 'EN1', 'EN2'])('carries its code %s and what follows from it', (code) => {
    const isFree = code === 'EN0';
    for (const said of [text, answer]) {
      expect(card(thread([omar, said, code]))).toEqual({
        id: `e1.${threadId}`,
        kind: 'informal-exchange',
        fromState: 'PA',
        handling: {
          code,
          evidentialUse: isFree ? 'allowed' : 'consent-required',
          restrictionRequestedBySender: isFree ? 'no' : 'yes',
          onwardAllowed: isFree,
        },
      });
    }
  });

  it('carries what was asked not to be done with it, whatever its code, and until when it holds', () => {
    const limited = told({
      restrictions: 'No se cita.',
      exculpatory: true,
      expiresOn: '2027-01-31T23:59:59.000Z',
    });
    expect(card(thread([omar, limited, 'EN0']))).toMatchObject({
      kind: 'spontaneous',
      exculpatory: true,
      handling: {
        code: 'EN0',
        evidentialUse: 'consent-required',
        restrictionRequestedBySender: 'yes',
        onwardAllowed: false,
        expiresOn: '2027-01-31',
      },
    });
  });

  it('is consented to by its own State alone, for that State and that entry', () => {
    const consentOf = (...more: Lines) =>
      card(thread([omar, text], ...more)).handling?.consentRef ?? null;
    expect(consentOf([yara, consent()])).toBe(`${threadId} 2`);
    expect(consentOf([omar, text], [omar, consent({ fromSeq: 2, toSeq: 2 })])).toBeNull();
    expect(consentOf([ximena, consent()])).toBeNull();
    expect(consentOf([rosa, consent()])).toBeNull();
    expect(consentOf([omar, consent({ to: { state: 'MX' } })])).toBeNull();
    expect(consentOf([omar, consent({ to: { personIds: [rosa] } })])).toBeNull();
    expect(consentOf([omar, consent({ scope: 'onward' })])).toBeNull();
  });

  it('is consented to until its day, and until the State takes it back or writes something else', () => {
    const limited = (day: string) => consent({ expiresOn: `${day}T23:59:59.000Z` });
    const of = (...more: Lines) => card(thread([omar, text], ...more)).handling ?? {};
    expect(of([omar, limited('2026-11-26')])).toMatchObject({
      consentRef: `${threadId} 2`,
      expiresOn: '2026-11-26',
    });
    expect(of([omar, limited('2026-11-25')])).not.toHaveProperty('consentRef');
    const ask = (scope: string) =>
      [rosa, { type: 'handling.ask', target: 1, scope, state: 'CR', exculpatory: false }] as const;
    const refusal = { type: 'handling.refusal', target: 2, reason: 'No.' };
    const given = [yara, consent()] as const;
    expect(of(ask('evidence'), given, [omar, refusal])).not.toHaveProperty('consentRef');
    expect(of(ask('evidence'), [omar, refusal], given)).toHaveProperty('consentRef');
    for (const more of [
      [ask('onward'), given, [omar, refusal]],
      [ask('evidence'), given, [ximena, refusal]],
    ] as const) {
      expect(of(...more)).toHaveProperty('consentRef', `${threadId} 3`);
    }
    const edit = { type: 'edit', target: 1, version: 2, text: 'El 15.' };
    expect(of(given, [omar, edit])).not.toHaveProperty('consentRef');
    expect(of(given, [yara, edit])).toHaveProperty('consentRef');
  });

  it('goes on to the State that its own consented to, and to no other one', () => {
    const onward = consent({ scope: 'onward', to: { state: 'US' } });
    const entries = thread([omar, text], [omar, onward]);
    expect(card(entries, { requested: 'US' }).handling).toMatchObject({ onwardAllowed: true });
    expect(card(entries, { requested: 'MX' }).handling).toMatchObject({ onwardAllowed: false });
    // That it may be evidence does not say that it may go on, and a record of consent would let it.
    const cited = thread([omar, text], [omar, consent()]);
    expect(card(cited, { requested: 'US' }).handling).not.toHaveProperty('consentRef');
    const both = thread([omar, text], [omar, consent()], [omar, onward]);
    expect(card(both, { requested: 'US' }).handling).toMatchObject({ consentRef: `${threadId} 2` });
  });

  it('may be used for an accused once the own State has given notice of what was told freely', () => {
    const favourable = told({ exculpatory: true });
    const notice = (target: number) => ({ type: 'handling.notice', target, reason: 'Juicio.' });
    const use = (...said: Lines) => card(thread(...said)).handling?.evidentialUse;
    expect(use([omar, favourable])).toBe('consent-required');
    expect(use([omar, favourable], [rosa, notice(1)])).toBe('allowed');
    expect(use([omar, favourable], [ximena, notice(1)])).toBe('consent-required');
    expect(use([omar, favourable], [omar, text], [rosa, notice(2)])).toBe('consent-required');
    // Whether it speaks for an accused, the State that has the proceedings may see before the sender.
    expect(card(thread([omar, told()], [rosa, notice(1)]))).toMatchObject({ exculpatory: true });
    expect(use([omar, answer], [rosa, notice(1)])).toBe('consent-required');
    // It is disclosed, which is not to be cited in a request: the sender's limit stays.
    const limited = card(thread([omar, favourable], [rosa, notice(1)])).handling;
    expect(limited).toMatchObject({ code: 'EN1', restrictionRequestedBySender: 'yes' });
  });

  it('is as strict as the strictest of what its author wrote in its place', () => {
    const edit = (by: PersonId, handling: string) =>
      [by, { type: 'edit', target: 1, version: 2, text: 'El 15.' }, handling] as const;
    expect(card(thread([omar, text], edit(omar, 'EN2'))).handling).toMatchObject({ code: 'EN2' });
    expect(card(thread([omar, text], edit(rosa, 'EN2'))).handling).toMatchObject({ code: 'EN1' });
    expect(() => card(thread([omar, text], edit(omar, 'EN3')))).toThrow(refused);
  });

  it('is none of the own State, for named recipients, of a code nobody knows, taken back, or no message', () => {
    const withdraw = { type: 'withdraw', target: 1, reason: 'Error.' };
    for (const [entries, seq] of [
      [thread([rosa, text]), 1],
      [thread([omar, text, 'EN3']), 1],
      [thread([omar, text, 'EN7']), 1],
      [thread([omar, text], [omar, withdraw]), 1],
      [thread([omar, text], [omar, consent()]), 2],
      [thread([omar, text]), 9],
    ] as const) {
      expect(() => card(entries, { seq })).toThrow(refused);
    }
    // Nobody takes back what somebody else wrote.
    expect(card(thread([omar, text], [rosa, withdraw]))).toMatchObject({ fromState: 'PA' });
  });
});
