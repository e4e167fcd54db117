import type { Action } from '../policy/table.js';

/** Where a request for assistance stands. The last three are final. */
export const REQUEST_STATUSES = [
  'draft',
  'shared',
  'opinion',
  'frozen',
  'exported',
  'formalised',
  'received',
  'executing',
  'postponed',
  'executed',
  'refused',
  'withdrawn',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** A status after which nothing follows: more is a new request that names the earlier one. */
const FINAL: readonly RequestStatus[] = ['executed', 'refused', 'withdrawn'];

const WITH_REASON: readonly RequestStatus[] = ['postponed', 'refused', 'withdrawn'];

/**
 * Whose step it is: of the requesting or of the requested State, of either, or of the requested one, which the
 * requesting one may report (`executing`).
 */
export type RequestSide = 'requesting' | 'requested' | 'either' | 'executing';

export interface RequestMove {
  readonly from: readonly RequestStatus[];
  readonly to: RequestStatus;
  readonly action: Action;
  readonly side: RequestSide;
}

/** Every step of the life of a request. The same table stands in the database (`guard.request_moves`). */
export const REQUEST_MOVES: readonly RequestMove[] = [
  { from: ['draft', 'opinion'], to: 'shared', action: 'request.share', side: 'requesting' },
  { from: ['shared'], to: 'opinion', action: 'opinion.give', side: 'requested' },
  { from: ['shared', 'opinion'], to: 'draft', action: 'request.edit', side: 'requesting' },
  { from: ['frozen'], to: 'draft', action: 'request.thaw', side: 'requesting' },
  {
    from: ['draft', 'shared', 'opinion'],
    to: 'frozen',
    action: 'request.freeze',
    side: 'requesting',
  },
  { from: ['frozen'], to: 'exported', action: 'request.export', side: 'requesting' },
  { from: ['exported'], to: 'formalised', action: 'request.formalise', side: 'requesting' },
  { from: ['formalised'], to: 'received', action: 'request.set-received', side: 'either' },
  {
    from: ['received', 'postponed'],
    to: 'executing',
    action: 'request.set-execution',
    side: 'executing',
  },
  {
    from: ['received', 'executing'],
    to: 'postponed',
    action: 'request.set-execution',
    side: 'executing',
  },
  { from: ['executing'], to: 'executed', action: 'request.set-execution', side: 'executing' },
  {
    from: ['received', 'executing', 'postponed'],
    to: 'refused',
    action: 'request.set-execution',
    side: 'executing',
  },
  {
    from: REQUEST_STATUSES.filter((status) => !FINAL.includes(status)),
    to: 'withdrawn',
    action: 'request.withdraw',
    side: 'requesting',
  },
];

/** One more opinion on what was shared: judged and recorded as the first one is, and no step, since nothing moves. */
const FURTHER_OPINION: RequestMove = {
  from: ['opinion'],
  to: 'opinion',
  action: 'opinion.give',
  side: 'requested',
};

/** What an opinion takes from a status: the step, or no more than its record; null where none may be given. */
export function findOpinion(from: RequestStatus): RequestMove | null {
  return from === 'opinion' ? FURTHER_OPINION : findRequestMove(from, 'opinion');
}

/** The step from one status to another; null where none is. */
export function findRequestMove(from: RequestStatus, to: RequestStatus): RequestMove | null {
  return REQUEST_MOVES.find((move) => move.to === to && move.from.includes(from)) ?? null;
}

/**
 * Whether somebody is owed the reason of a step, which stands in the thread and never in the tracking row: the other
 * State (UNTOC, article 18(23) to (25)), or the own unit, when a frozen version is written on again.
 */
export function owesReason(from: RequestStatus, to: RequestStatus): boolean {
  return WITH_REASON.includes(to) || (from === 'frozen' && to === 'draft');
}

/**
 * Whether the step is that of a State. What the requested State does is its own to say; the requesting one may report
 * it, and has to say that it reports.
 */
export function isMoveOf(
  { side }: Pick<RequestMove, 'side'>,
  own: 'requesting' | 'requested',
  isReported: boolean,
): boolean {
  if (side === 'executing') return isReported === (own === 'requesting');
  return !isReported && (side === 'either' || side === own);
}
