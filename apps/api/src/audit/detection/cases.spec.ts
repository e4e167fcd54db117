import { describe, expect, it } from '@jest/globals';

import {
  redactedReads,
  unassignedReads,
  volumeOutliers,
  type CaseDay,
  type RedactedRead,
} from './cases.js';
import { HOUR_MS, USUAL_THRESHOLDS } from './rule.js';

const GROUNDS = {
  thresholds: (_: string, name: keyof typeof USUAL_THRESHOLDS) => USUAL_THRESHOLDS[name],
};
const TODAY = 20_000;

const day = (actorId: string, cases: number, change: Partial<CaseDay> = {}): CaseDay => ({
  actorId,
  state: 'CR',
  role: 'prosecutor',
  day: TODAY,
  cases,
  eventIds: [`${actorId} ${cases}`],
  ...change,
});
const outliers = (...days: readonly CaseDay[]) =>
  volumeOutliers(days, TODAY, GROUNDS).map(({ subject, numbers }) => [subject, numbers]);

describe('volume-outlier', () => {
  it('tells of who read in more cases than on any day of the month before', () => {
    const usual = [1, 2, 3].map((ago) => day('rosa', 6, { day: TODAY - ago }));
    expect(outliers(day('rosa', 7), ...usual)).toEqual([[`rosa/${TODAY}`, [7, 6, 0, 5]]]);
    expect(outliers(day('rosa', 6), ...usual)).toEqual([]);
    // Five weeks ago there was more of it; and the day after is not before.
    expect(outliers(day('rosa', 7), ...usual, day('rosa', 9, { day: TODAY - 31 }))).toHaveLength(1);
    expect(outliers(day('rosa', 7), day('rosa', 5, { day: TODAY + 1 }))).toEqual([]);
  });

  it('tells of who read in more than three times as many as others of the State and role', () => {
    const peers = [day('omar', 2), day('ana', 2), day('eva', 3)];
    expect(outliers(day('rosa', 7), ...peers)).toEqual([[`rosa/${TODAY}`, [7, 0, 6, 5]]]);
    expect(outliers(day('rosa', 6), ...peers)).toEqual([]);
    const others = [day('omar', 1, { state: 'PA' }), day('ana', 1, { role: 'liaison' })];
    expect(outliers(day('rosa', 40), ...others)).toEqual([]);
  });

  it('is silent about a few cases, and where there is nothing to compare with', () => {
    expect(outliers(day('rosa', 4), day('omar', 1), day('rosa', 1, { day: TODAY - 1 }))).toEqual(
      [],
    );
    expect(outliers(day('rosa', 50))).toEqual([]);
  });
});

describe('first-access-unassigned', () => {
  it('is one alert for a person and a case', () => {
    const read = { eventId: 'e', actorId: 'rosa', state: 'CR', caseId: 'c' } as const;
    expect(unassignedReads([read])).toEqual([
      {
        rule: 'first-access-unassigned',
        state: 'CR',
        subject: 'rosa/c',
        numbers: [1, 0],
        eventIds: ['e'],
      },
    ]);
    expect(unassignedReads([])).toEqual([]);
  });
});

describe('redacted-read', () => {
  const read = (hoursBefore: number, readerId: string): RedactedRead => ({
    redactionId: 'r',
    state: 'CR',
    redactedAtMs: 100 * HOUR_MS,
    readId: `${readerId} ${hoursBefore}`,
    readerId,
    readAtMs: (100 - hoursBefore) * HOUR_MS,
  });

  it('tells once of a redaction who had read it, and of no reading long before', () => {
    const found = redactedReads(
      [read(1, 'omar'), read(2, 'omar'), read(24, 'ana'), read(25, 'eva')],
      GROUNDS,
    );
    expect(found).toEqual([
      {
        rule: 'redacted-read',
        state: 'CR',
        subject: 'r',
        numbers: [2, 3, 24],
        eventIds: ['r', 'omar 1', 'omar 2', 'ana 24'],
      },
    ]);
    expect(redactedReads([read(25, 'eva')], GROUNDS)).toEqual([]);
  });
});
