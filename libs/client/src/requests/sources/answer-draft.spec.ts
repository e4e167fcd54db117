import { describe, expect, it } from '@jest/globals';
import { parseId, type JsonObject, type PersonId, type ThreadId } from '@enlace/kernel';
import { parseRequest } from '@enlace/mla';
import { testId } from '@enlace/testing';

import type { ShownEntry } from '../../threads/reading.js';
import { draftOfAnswer } from './answer-draft.js';

const SENT = '2026-11-26T11:00:00.000Z';
const threadId = parseId<ThreadId>(testId('thread', 7));
const requestId = testId('request', 7);

const entry = (seq: number, state: string, content: JsonObject): ShownEntry => ({
  seq,
  kind: 'message',
  sender: { person: parseId<PersonId>(testId(state, 4)), state, device: parseId(testId('d', 7)) },
  sentAt: SENT,
  acceptedAt: SENT,
  handling: 'EN1',
  content: { v: 1, sentAt: SENT, handling: { code: 'EN1' }, ...content },
});
const asked = entry(1, 'CR', {
  type: 'info.request',
  requestId,
  to: [testId('PA', 4)],
  questions: ['¿Quién alquiló el bus?', '¿Cruzó el 14?', '¿Quién pagó?'].map((text, at) => ({
    id: `q${at + 1}`,
    text,
  })),
  subjects: ['P-1', 'ABC-123'],
  purpose: 'investigation',
  urgency: 'routine',
  neededBy: SENT,
});
const answered = (more: JsonObject = {}, state = 'PA') =>
  entry(2, state, {
    type: 'info.answer',
    requestId,
    answers: ['q1', 'q3'].map((questionId) => ({ questionId, text: 'Sí.', certainty: 'certain' })),
    ...more,
  });
const draft = (entries: readonly ShownEntry[], seq = 2) =>
  draftOfAnswer(seq, { threadId, entries, own: 'CR', nowMs: Date.parse(SENT) });
const refused = expect.objectContaining({ code: 'request.no-source' });

describe('a draft that an answer opens', () => {
  it('has the pair, the answer as its source, and a measure for each question that was answered', () => {
    const made = draft([asked, answered()]);
    expect(made).toMatchObject({
      requestingState: 'CR',
      requestedState: 'PA',
      facts: { sources: [{ id: `e2.${threadId}`, fromState: 'PA', handling: { code: 'EN1' } }] },
      measures: [
        { id: 'm1', description: '¿Quién alquiló el bus? (P-1, ABC-123)' },
        { id: 'm2', description: '¿Quién pagó? (P-1, ABC-123)' },
      ],
    });
    expect(parseRequest(JSON.stringify(made))).toMatchObject({ kind: 'request' });
  });

  it('is opened by no answer of the own State, to nothing that was asked, or by no answer at all', () => {
    expect(() => draft([asked, answered({}, 'CR')])).toThrow(refused);
    expect(() => draft([asked, answered({ requestId: testId('other', 7) })])).toThrow(refused);
    expect(() => draft([answered()])).toThrow(refused);
    expect(() => draft([asked, answered()], 1)).toThrow(refused);
    expect(() => draft([asked, answered()], 9)).toThrow(refused);
  });
});
