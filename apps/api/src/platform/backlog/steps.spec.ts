import { describe, expect, it } from '@jest/globals';

import { NO_BACKLOG, stepOf, type BacklogNumbers } from './steps.js';

describe('the step of a backlog', () => {
  it.each<[string, Partial<BacklogNumbers>]>([
    ['none', {}],
    ['none', { oldestS: 5, rows: 50_000, freeShare: 0.05 }],
    ['degraded', { oldestS: 5.1 }],
    ['degraded', { oldestS: 60 }],
    ['backlogged', { oldestS: 60.1 }],
    ['backlogged', { rows: 50_001 }],
    ['backlogged', { freeShare: 0.049 }],
    ['backlogged', { oldestS: 300, rows: 200_000, freeShare: 0.02 }],
    ['unavailable', { oldestS: 300.1 }],
    ['unavailable', { rows: 200_001 }],
    ['unavailable', { freeShare: 0.019 }],
  ])('is %s at %j', (step, numbers) => {
    expect(stepOf({ ...NO_BACKLOG, ...numbers })).toBe(step);
  });
});
