import { describe, expect, it } from '@jest/globals';
import { parseId, type JsonObject, type PersonId } from '@enlace/kernel';
import { testId } from '@enlace/testing';

import type { ShownEntry } from '../threads/reading.js';
import { askedIn, toldIn } from './asked-information.js';

const SENT = '2026-11-26T11:00:00.000Z';
const NEEDED_BY = '2026-11-28T11:00:00.000Z';
const before = Date.parse(NEEDED_BY) - 1;
const after = Date.parse(NEEDED_BY);
const idOf = (slug: string) => parseId<PersonId>(testId(slug, 4));
const [rosa, omar, yara] = ['cr-rosa', 'pa-omar', 'pa-yara'].map(idOf) as [
  PersonId,
  PersonId,
  PersonId,
];
const REQUEST = testId('request', 7);

let seq = 0;
const entry = (by: PersonId | null, content: JsonObject | null, kind = 'message'): ShownEntry => {
  seq += 1;
  return {
    seq,
    kind: kind as ShownEntry['kind'],
    sender: by === null ? null : { person: by, state: 'XX', device: parseId(testId('d', 7)) },
    sentAt: SENT,
    acceptedAt: SENT,
    handling: 'EN1',
    content:
      content === null ? null : { v: 1, sentAt: SENT, handling: { code: 'EN1' }, ...content },
  };
};
const question = (by = rosa, more: JsonObject = {}) =>
  entry(by, {
    type: 'info.request',
    requestId: REQUEST,
    to: [omar],
    questions: [
      { id: 'q1', text: '¿Hay registro de entrada?' },
      { id: 'q2', text: '¿De qué vehículo?' },
    ],
    purpose: 'investigation',
    urgency: 'urgent',
    neededBy: NEEDED_BY,
    ...more,
  });
const answer = (by: PersonId, names: readonly string[], more: JsonObject = {}) =>
  entry(by, {
    type: 'info.answer',
    requestId: REQUEST,
    answers: names.map((questionId) => ({ questionId, text: 'Sí.', certainty: 'certain' })),
    ...more,
  });
const text = (by: PersonId) => entry(by, { type: 'text', text: 'Lo veo.' });
const standing = (entries: readonly ShownEntry[]) =>
  askedIn(entries, before).map((one) => one.standing);

describe('a request for information', () => {
  it('says why, what is known already and how the answer would be used, or nothing of that', () => {
    const told = { why: 'Para ubicar el vehículo.', facts: 'Cruzó el 14.', answerHandling: 'EN2' };
    expect(askedIn([question(rosa, told)], before)).toMatchObject([told]);
    const untold = { why: null, facts: null, answerHandling: null };
    expect(askedIn([question()], before)).toMatchObject([untold]);
    // Named recipients are none of its codes: it is of a later version, or of somebody else.
    expect(() => askedIn([question(rosa, { answerHandling: 'EN3' })], before)).toThrow(
      expect.objectContaining({ code: 'content.malformed' }),
    );
  });

  it('is sent, read, answered in part and answered, by whoever was asked', () => {
    const asked = question();
    expect(standing([asked])).toEqual(['sent']);
    expect(standing([asked, text(omar)])).toEqual(['read']);
    const [first, second] = [answer(omar, ['q1']), answer(omar, ['q2'])];
    expect(standing([asked, first])).toEqual(['in-part']);
    expect(standing([asked, first, second])).toEqual(['answered']);
    expect(askedIn([asked, first, second], before)).toMatchObject([
      { seq: asked.seq, person: rosa, requestId: REQUEST, to: [omar], askedAt: SENT },
    ]);
  });

  it('is read by a receipt that reaches so far, and by no other', () => {
    const early = entry(omar, { type: 'read', upToSeq: 1 }, 'receipt');
    const asked = question();
    const late = entry(omar, { type: 'read', upToSeq: asked.seq }, 'receipt');
    expect(standing([early, asked])).toEqual(['sent']);
    expect(standing([asked, late])).toEqual(['read']);
    // What a device does by itself is no sign that somebody looked.
    expect(standing([asked, entry(omar, { type: 'committed' }, 'commit')])).toEqual(['sent']);
  });

  it('is declined by the last word of whoever was asked, and answered all the same by a later one', () => {
    const [asked, no] = [question(), answer(omar, [], { declined: 'No es de mi oficina.' })];
    expect(standing([asked, no])).toEqual(['declined']);
    expect(standing([asked, no, answer(omar, ['q1'])])).toEqual(['in-part']);
    expect(standing([asked, no, answer(omar, ['q1', 'q2'])])).toEqual(['answered']);
  });

  it('has a clock that stops with the answer', () => {
    const asked = question();
    const overdue = (entries: readonly ShownEntry[], nowMs: number) =>
      askedIn(entries, nowMs).map((one) => one.isOverdue);
    expect(overdue([asked], before)).toEqual([false]);
    expect(overdue([asked], after)).toEqual([true]);
    expect(overdue([asked, answer(omar, ['q1'])], after)).toEqual([true]);
    expect(overdue([asked, answer(omar, ['q1', 'q2'])], after)).toEqual([false]);
    const declined = answer(omar, [], { declined: 'No.' });
    expect(overdue([asked, declined], after)).toEqual([false]);
  });

  // Every member of a thread can seal any content.
  it('is answered by nobody who was not asked, nor before it, nor for what was not asked', () => {
    const early = answer(omar, ['q1', 'q2']);
    const asked = question();
    expect(
      standing([early, asked, answer(yara, ['q1', 'q2']), answer(rosa, ['q1', 'q2'])]),
    ).toEqual(['sent']);
    const [one] = askedIn([asked, answer(omar, ['q1', 'q9'])], before);
    expect(one?.standing).toBe('in-part');
    expect(one?.answers.flatMap(({ answers }) => answers)).toHaveLength(1);
  });

  it('is one: another under its id is none', () => {
    const [asked, twin] = [question(), question(yara, { to: [rosa] })];
    expect(askedIn([asked, twin], before)).toMatchObject([{ person: rosa, to: [omar] }]);
    expect(standing([asked, twin, answer(rosa, ['q1', 'q2'])])).toEqual(['sent']);
  });

  it('is none where nobody can read it, or says who wrote it', () => {
    expect(askedIn([entry(rosa, null), { ...question(), sender: null }], before)).toEqual([]);
  });
});

describe('spontaneous information', () => {
  const told = (by: PersonId, more: JsonObject = {}) =>
    entry(by, {
      type: 'info.spontaneous',
      informationId: testId('told', 7),
      summary: 'El vehículo cruzó vacío.',
      states: ['CR', 'PA'],
      exculpatory: true,
      ...more,
    });

  it('is shown with what is asked not to be done with it, and until when it holds', () => {
    const limited = told(rosa, { restrictions: 'No se cita.', expiresOn: NEEDED_BY });
    expect(toldIn([limited], before)).toMatchObject([
      { person: rosa, exculpatory: true, restrictions: 'No se cita.', isExpired: false },
    ]);
    expect(toldIn([limited], after)).toMatchObject([{ isExpired: true }]);
    expect(toldIn([told(rosa)], after)).toMatchObject([{ restrictions: null, isExpired: false }]);
  });

  it('is one: another under its id is none', () => {
    expect(toldIn([told(rosa), told(omar, { summary: 'Otro.' })], before)).toMatchObject([
      { person: rosa },
    ]);
  });
});
