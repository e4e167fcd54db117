import { describe, expect, it } from '@jest/globals';

import { readAnswers, readOpinion } from './opinion.js';

const problems = (answers: unknown) => {
  const read = readAnswers({ answers });
  return read.kind === 'malformed' ? read.problems.map(({ path }) => path) : [];
};

describe('an opinion', () => {
  it('answers up to fifteen questions, each in its own fields, and is not to be quoted unless it says so', () => {
    const answers = Array.from({ length: 15 }, (_, at) => ({ q: at + 1, answer: 'yes' }));
    expect(readAnswers({ answers })).toEqual({
      kind: 'opinion',
      opinion: { answers, handling: 'EN1', quotable: false },
    });
    expect(problems([{ q: 3, answer: 'yes', article: '8 USC 1324', maxYears: 10 }])).toEqual([]);
    expect(problems([{ q: 12, answer: 'yes', article: '8 USC 1324' }])).toEqual([
      '/answers/0/article',
    ]);
    expect(problems([{ q: 16, answer: 'yes' }])).toEqual(['/answers/0/q']);
  });

  it.each(['no', 'with-conditions'])('says why where it says %s', (answer) => {
    expect(problems([{ q: 8, answer }])).toEqual(['/answers/0/reason']);
    expect(problems([{ q: 8, answer, reason: ' ' }])).toEqual(['/answers/0/reason']);
    expect(problems([{ q: 8, answer, reason: 'Asilo.' }])).toEqual([]);
  });

  it('answers a question once, or once for each measure', () => {
    const answer = { q: 4, answer: 'yes' };
    expect(problems([answer, answer])).toEqual(['/answers']);
    expect(
      problems([
        { ...answer, measureId: 'm1' },
        { ...answer, measureId: 'm2' },
      ]),
    ).toEqual([]);
  });

  it('as it was sealed names who gives it, for which State, on what', () => {
    const sealed = {
      answers: [{ q: 15, answer: 'yes', recommendation: 'send' }],
      handling: 'EN1',
      quotable: false,
      schemaVersion: '1.0',
      id: '0190a6e4-7c1f-7abc-8def-0123456789ab',
      requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
      projectionSha256: '0'.repeat(64),
      by: '0f8fad5b-d9cb-469f-a165-70867728950e',
      state: 'US',
      at: '2026-11-23T10:00:00.000Z',
    };
    expect(readOpinion(sealed)).toEqual({ kind: 'opinion', opinion: sealed });
    for (const name of ['by', 'state', 'projectionSha256', 'at', 'schemaVersion']) {
      expect(readOpinion({ ...sealed, [name]: undefined }).kind).toBe('malformed');
    }
    expect(readOpinion(null).kind).toBe('malformed');
  });
});
