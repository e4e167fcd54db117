import { describe, expect, it } from '@jest/globals';

import { accessesIn, lanesOf } from './accesses.js';

const answer = (rows: readonly (string | null)[][]) => ({
  view: 'case-access',
  count: rows.length,
  isMore: false,
  columns: ['eventId', 'at', 'mark', 'actorState', 'actor'],
  rows: [...rows],
  plot: [],
  scope: 'national',
  lastIntegrated: null,
});

describe('accesses to a case', () => {
  it('are drawn in the order of time, a lane each for who came', () => {
    const accesses = accessesIn(
      answer([
        ['two', '2026-11-03T10:00:00.000Z', 'write', 'GT', 'b1234567-0000'],
        ['one', '2026-11-01T10:00:00.000Z', 'read', 'CR', 'a1234567-0000'],
      ]),
    );
    expect(accesses.map(({ key, lane, mark }) => [key, lane, mark])).toEqual([
      ['one', 'CR a1234567', 'read'],
      ['two', 'GT b1234567', 'write'],
    ]);
    expect(lanesOf(accesses)).toEqual(['CR a1234567', 'GT b1234567']);
  });

  it('are left to the table where they say no moment or no act that is known', () => {
    expect(
      accessesIn(
        answer([
          ['one', 'yesterday', 'read', 'CR', 'a'],
          ['two', '2026-11-01T10:00:00.000Z', 'looked', 'CR', 'a'],
          ['three', null, null, null, null],
        ]),
      ),
    ).toEqual([]);
  });

  it('have at most twenty lanes: of those who came most', () => {
    const many = Array.from({ length: 25 }, (_, at) => [
      `e${at}`,
      '2026-11-01T10:00:00.000Z',
      'read',
      'CR',
      `p${String(at).padStart(2, '0')}`,
    ]);
    const again = many.slice(20).map((row) => [...row]);
    const lanes = lanesOf(accessesIn(answer([...many, ...again])));
    expect(lanes).toHaveLength(20);
    expect(lanes).toEqual(expect.arrayContaining(['CR p20', 'CR p24', 'CR p00']));
    expect(lanes).not.toContain('CR p19');
  });
});
