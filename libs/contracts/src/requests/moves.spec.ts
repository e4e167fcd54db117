import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { POLICY_TABLE } from '../policy/table.js';
import {
  findOpinion,
  findRequestMove,
  isMoveOf,
  owesReason,
  REQUEST_MOVES,
  REQUEST_STATUSES,
  type RequestStatus,
} from './moves.js';

const FINAL: readonly RequestStatus[] = ['executed', 'refused', 'withdrawn'];

/** Every step, written down once more: from -> to. */
const STEPS: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  draft: ['shared', 'frozen', 'withdrawn'],
  shared: ['opinion', 'draft', 'frozen', 'withdrawn'],
  opinion: ['shared', 'draft', 'frozen', 'withdrawn'],
  frozen: ['draft', 'exported', 'withdrawn'],
  exported: ['formalised', 'withdrawn'],
  formalised: ['received', 'withdrawn'],
  received: ['executing', 'postponed', 'refused', 'withdrawn'],
  executing: ['postponed', 'executed', 'refused', 'withdrawn'],
  postponed: ['executing', 'refused', 'withdrawn'],
  executed: [],
  refused: [],
  withdrawn: [],
};

describe('the steps of a request', () => {
  it('are exactly these', () => {
    for (const from of REQUEST_STATUSES) {
      const found = REQUEST_STATUSES.filter((to) => findRequestMove(from, to) !== null);
      expect([from, found.toSorted()]).toEqual([from, STEPS[from].toSorted()]);
    }
  });

  it('are each an action of the policy, and from each status one step leads to another', () => {
    for (const { action } of REQUEST_MOVES) expect(Object.keys(POLICY_TABLE)).toContain(action);
    for (const from of REQUEST_STATUSES) {
      for (const to of REQUEST_STATUSES) {
        const leading = REQUEST_MOVES.filter((move) => move.to === to && move.from.includes(from));
        expect(leading.length).toBeLessThanOrEqual(1);
      }
    }
  });

  it('owe a reason to the other State, or to the unit whose version is written on again', () => {
    const owing = REQUEST_STATUSES.flatMap((from) =>
      STEPS[from].filter((to) => owesReason(from, to)).map((to) => `${from}>${to}`),
    );
    expect(owing.filter((step) => !step.endsWith('>withdrawn')).toSorted()).toEqual([
      'executing>postponed',
      'executing>refused',
      'frozen>draft',
      'postponed>refused',
      'received>postponed',
      'received>refused',
    ]);
    const open = REQUEST_STATUSES.filter((status) => !FINAL.includes(status));
    expect(open.every((from) => owesReason(from, 'withdrawn'))).toBe(true);
  });

  it('end in a final status, whatever is tried, and reach every status', () => {
    const reached = new Set<RequestStatus>(['draft']);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (tries) => {
        let at: RequestStatus = 'draft';
        for (const [turn, number] of tries.entries()) {
          // Every other try is any status whatever, the others are legal steps where there is one.
          const legal: readonly RequestStatus[] = STEPS[at];
          const among: readonly RequestStatus[] =
            turn % 2 === 0 && legal.length > 0 ? legal : REQUEST_STATUSES;
          const to: RequestStatus = among[number % among.length] ?? at;
          const isLegal = legal.includes(to);
          expect([at, to, findRequestMove(at, to) !== null]).toEqual([at, to, isLegal]);
          if (isLegal) at = to;
          reached.add(at);
        }
        expect(FINAL.includes(at)).toBe(STEPS[at].length === 0);
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect([...reached].toSorted()).toEqual(REQUEST_STATUSES.toSorted());
  });

  it('leave what was shared open to one more opinion, which is no step', () => {
    const open = REQUEST_STATUSES.filter((from) => findOpinion(from) !== null);
    expect(open).toEqual(['shared', 'opinion']);
    expect(findRequestMove('opinion', 'opinion')).toBeNull();
    for (const from of open) {
      expect(findOpinion(from)).toMatchObject({ action: 'opinion.give', side: 'requested' });
    }
  });

  it('belong to one side, and only execution is reported by the other', () => {
    for (const move of REQUEST_MOVES) {
      const whose = (['requesting', 'requested'] as const).flatMap((side) =>
        [false, true]
          .filter((reported) => isMoveOf(move, side, reported))
          .map((reported) => `${side} ${reported}`),
      );
      const expected = {
        requesting: ['requesting false'],
        requested: ['requested false'],
        either: ['requesting false', 'requested false'],
        executing: ['requesting true', 'requested false'],
      }[move.side];
      expect([move.to, whose]).toEqual([move.to, expected]);
    }
  });
});
