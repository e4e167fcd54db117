import { describe, expect, it } from '@jest/globals';

import type { ListedRequest } from '../../protocol/operations.js';
import { columnsOf, firstExpiry, isAskedForOpinion, stepsOn } from './steps.js';

type Tracked = ListedRequest['tracked'];

const TRACKED: Tracked = {
  requestId: '7d3c6f0e-2f3a-4c55-9d0b-3a1f5b8e6c01',
  requestingState: 'CR',
  requestedState: 'US',
  status: 'received',
  statusAt: '2026-11-20T12:00:00Z',
  formalReference: null,
  nextReminderOn: null,
};

function listed(tracked: Partial<Tracked>): ListedRequest {
  return {
    tracked: { ...TRACKED, ...tracked },
    held: null,
    neededBy: null,
    due: [],
    isFormal: false,
  };
}

describe('the steps that the board offers', () => {
  const of = (own: string, role: string) =>
    stepsOn(TRACKED, { own, roles: [role] }).map(({ to, isReported }) => `${to} ${isReported}`);

  it('are those of the own State, and what the other one did is reported', () => {
    expect(of('US', 'central-authority')).toEqual([
      'executing false',
      'postponed false',
      'refused false',
    ]);
    expect(of('CR', 'cooperation-officer')).toEqual([
      'executing true',
      'postponed true',
      'refused true',
      'withdrawn false',
    ]);
  });

  it('are those of the role', () => {
    expect(of('CR', 'prosecutor')).toEqual(['withdrawn false']);
    expect(of('US', 'prosecutor')).toEqual([]);
    expect(of('US', 'auditor')).toEqual([]);
  });
});

describe('an opinion that is asked for', () => {
  const asked = (own: string, role: string, tracked: Partial<Tracked> = { status: 'shared' }) =>
    isAskedForOpinion({ ...TRACKED, ...tracked }, { own, roles: [role] });

  it('waits for a prosecutor or a liaison of the requested State, until it is given', () => {
    expect([asked('US', 'prosecutor'), asked('US', 'liaison')]).toEqual([true, true]);
    expect([asked('CR', 'prosecutor'), asked('US', 'central-authority')]).toEqual([false, false]);
    expect(asked('US', 'prosecutor', { status: 'opinion' })).toBe(false);
  });
});

describe('the columns of the board', () => {
  it('stand in the order of the life of a request, what waits longest first, none empty', () => {
    const columns = columnsOf([
      listed({ requestId: 'late', statusAt: '2026-11-25T00:00:00Z' }),
      listed({ requestId: 'draft', status: 'draft' }),
      listed({ requestId: 'early', statusAt: '2026-11-02T00:00:00Z' }),
    ]);
    expect(
      columns.map(([status, here]) => [status, here.map((one) => one.tracked.requestId)]),
    ).toEqual([
      ['draft', ['draft']],
      ['received', ['early', 'late']],
    ]);
  });
});

describe('the preservation of a draft', () => {
  it('that runs out first is named, and none where none is asked for', () => {
    const preserved = (expiresOn: string) => ({ preservation: { expiresOn } });
    expect(firstExpiry({ measures: [preserved('2027-02-01'), {}, preserved('2026-12-24')] })).toBe(
      '2026-12-24',
    );
    expect(firstExpiry({ measures: [{}] })).toBeNull();
    expect(firstExpiry({ measures: 'none' })).toBeNull();
  });
});
