import { describe, expect, it } from '@jest/globals';

import { readViewAnswer } from './view-answers.js';

const ANSWER = {
  count: 3,
  isMore: false,
  columns: ['at', 'count'],
  rows: [['2026-11-01T10:00:00.000Z', 3]],
  plot: [{ series: 'read', at: '2026-11-01', value: 3 }],
  scope: 'national',
  lastIntegrated: { origin: 'audit.localhost/2026', index: 7 },
};

describe('the answer to an auditor’s question', () => {
  it('is read whole', () => {
    expect(readViewAnswer(ANSWER)).toEqual({ ...ANSWER, answer: ANSWER });
    const none = { ...ANSWER, scope: null, lastIntegrated: null };
    expect(readViewAnswer(none)).toMatchObject({ scope: null, lastIntegrated: null });
  });

  it.each([
    ['a count in words', { count: 'three' }],
    ['columns that are no texts', { columns: [1] }],
    ['a row that is none', { rows: ['row'] }],
    ['a cell that is a list', { rows: [[['x']]] }],
    ['no plot', { plot: null }],
    ['a point without a number', { plot: [{ series: 'read', at: '2026-11-01' }] }],
    ['a point that is none', { plot: [3] }],
    ['a scope that is a number', { scope: 3 }],
    ['a place without an index', { lastIntegrated: { origin: 'x' } }],
    ['a place that is a text', { lastIntegrated: 'x' }],
  ])('is refused with %s', (_, wrong) => {
    expect(() => readViewAnswer({ ...ANSWER, ...wrong })).toThrow(
      expect.objectContaining({ code: 'client.answer-malformed' }),
    );
  });
});
