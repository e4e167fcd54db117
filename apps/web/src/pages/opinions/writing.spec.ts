import { describe, expect, it } from '@jest/globals';
import { readAnswers } from '@enlace/mla';

import { QUESTIONS } from './questions.js';
import {
  answersOf,
  isUnwritten,
  measuresOf,
  UNANSWERED,
  UNWRITTEN,
  type WrittenAnswer,
  type WrittenOpinion,
} from './writing.js';

const MEASURES = measuresOf({ measures: [{ id: 'm1', type: 'testimony' }, { id: 'm2' }, {}] });
/** Something in every field of every question. */
const TYPED = {
  short: 'UNTOC',
  text: 'por el juez',
  number: '30',
  flag: 'true',
  day: '2027-01-31',
  lines: 'P-1\n\n P-2 ',
  money: '120,50 usd',
} as const;

function everything(): WrittenOpinion {
  const answers = QUESTIONS.flatMap(({ q, fields }) => {
    const said = Object.entries(fields).map(([name, kind]) => [name, TYPED[kind]] as const);
    const own: Record<string, string> = Object.fromEntries(said);
    const written: WrittenAnswer = { ...UNANSWERED, answer: 'yes', fields: own };
    const keys = q === 4 ? MEASURES.map(({ id }) => `4 ${id}`) : [String(q)];
    return keys.map((key) => [key, written] as const);
  });
  const all: Record<string, WrittenAnswer> = Object.fromEntries(answers);
  const languages = { languages: 'es\nen', electronic: 'false' };
  all['11'] = { ...UNANSWERED, answer: 'cannot-say', fields: languages };
  all['15'] = { ...UNANSWERED, reason: 'Falta la orden.', legalReference: ' art. 7 ' };
  return { ...UNWRITTEN, answers: all, recommendation: 'fix-and-send', isQuotable: true };
}

describe('an opinion as it is written', () => {
  it('is what the model reads, with every question and every field', () => {
    const given = answersOf({ ...everything(), validUntil: '2027-06-01' }, MEASURES);
    const read = readAnswers(given);
    expect(read).toMatchObject({ kind: 'opinion' });
    expect(given).toMatchObject({ quotable: true, handling: 'EN1', validUntil: '2027-06-01' });
    const answers = given['answers'] as readonly { readonly q: number }[];
    expect(answers.map(({ q }) => q)).toEqual([
      1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ]);
    expect(answers[2]).toMatchObject({ maxYears: 30, missingElements: ['P-1', 'P-2'] });
    expect(answers[4]).toMatchObject({ measureId: 'm2', courtOrder: true });
    expect(answers[13]).toMatchObject({ estimate: { value: '120.50', currency: 'USD' } });
    expect(answers[15]).toMatchObject({
      answer: 'with-conditions',
      recommendation: 'fix-and-send',
      legalReference: 'art. 7',
    });
  });

  it('says nothing of what was not answered', () => {
    const unsure = { ...UNANSWERED, reason: 'Quizás', fields: { days: '30' } };
    expect(answersOf({ ...UNWRITTEN, answers: { '12': unsure } }, MEASURES)).toEqual({
      answers: [],
      quotable: false,
      handling: 'EN1',
    });
  });

  it.each(['no', 'with-conditions'] as const)('is none where "%s" has no reason', (answer) => {
    const written = { ...UNWRITTEN, answers: { '6': { ...UNANSWERED, answer } } };
    expect(readAnswers(answersOf(written, MEASURES))).toMatchObject({
      kind: 'malformed',
      problems: [{ path: '/answers/0/reason' }],
    });
  });

  it('keeps a number that is none, so that the model refuses it', () => {
    const days = { ...UNANSWERED, answer: 'yes' as const, fields: { days: 'pronto' } };
    const read = readAnswers(answersOf({ ...UNWRITTEN, answers: { '12': days } }, MEASURES));
    expect(read).toMatchObject({ kind: 'malformed', problems: [{ path: '/answers/0/days' }] });
  });

  it('is unwritten until somebody has typed or chosen something of it', () => {
    const reason = { ...UNANSWERED, reason: 'Quizás' };
    expect(isUnwritten({ ...UNWRITTEN, answers: {} })).toBe(true);
    expect(isUnwritten({ ...UNWRITTEN, answers: { '12': reason } })).toBe(false);
    expect(isUnwritten({ ...UNWRITTEN, isQuotable: true })).toBe(false);
  });
});
