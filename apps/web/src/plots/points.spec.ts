import { describe, expect, it } from '@jest/globals';

import { byMoment, highestOf, momentMs, placesInTime, totalOf } from './points.js';

const point = (at: string, value: number, series = '') => ({ series, at, value });

describe('the numbers of a figure', () => {
  it('are taken together by moment, in the order of time', () => {
    const points = [
      point('2026-11-03', 2, 'a'),
      point('2026-11-01', 1, 'a'),
      point('2026-11-03', 4, 'b'),
    ];
    expect(byMoment(points)).toEqual([point('2026-11-01', 1), point('2026-11-03', 6)]);
    expect(totalOf(points)).toBe(7);
    expect(highestOf(points)?.series).toBe('b');
    expect(highestOf([])).toBeNull();
  });

  it('leave the days free in which nothing was', () => {
    const days = [point('2026-11-01', 1), point('2026-11-05', 1)];
    expect(placesInTime(days).map(({ place }) => place)).toEqual([0, 4]);
  });

  it('stand by the hour where they were counted by the hour', () => {
    const hours = [point('2026-11-01T23:00', 1), point('2026-11-02T01:00', 1)];
    expect(placesInTime(hours).map(({ place }) => place)).toEqual([0, 2]);
    expect(momentMs('2026-11-01T23:00')).toBe(Date.UTC(2026, 10, 1, 23));
  });

  it('say nothing of what is no moment', () => {
    expect(placesInTime([point('read', 1), point('2026-11-01', 2)])).toEqual([
      { ...point('2026-11-01', 2), place: 0 },
    ]);
  });
});
