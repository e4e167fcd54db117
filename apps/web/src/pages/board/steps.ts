import {
  findRequestMove,
  isMoveOf,
  REQUEST_STATUSES,
  ROLES,
  rolesFor,
  type RequestShown,
} from '@enlace/contracts';
import { systemClock, isJsonObject, type JsonObject } from '@enlace/kernel';

import type { ListedRequest } from '../../protocol/operations.js';

type Tracked = ListedRequest['tracked'];
type Status = RequestShown['status'];

const DAY_MS = 24 * 60 * 60 * 1000;
/** Steps that the board takes; what says something about a version has a page of its own. */
const ON_BOARD = [
  'formalised',
  'received',
  'executing',
  'postponed',
  'executed',
  'refused',
  'withdrawn',
] as const satisfies readonly Status[];
type BoardStep = (typeof ON_BOARD)[number];

/** A step that somebody may take, and whether it only reports what the other State did. */
export interface OfferedStep {
  readonly to: BoardStep;
  readonly isReported: boolean;
}

/** Whose requests a person sees, and what the person may do there. */
export interface BoardReader {
  readonly own: string;
  readonly roles: readonly string[];
}

/** The steps of a request for somebody of a State with these roles; the server decides again. */
export function stepsOn(
  { status, requestingState }: Tracked,
  { own, roles }: BoardReader,
): readonly OfferedStep[] {
  const side = own === requestingState ? 'requesting' : 'requested';
  return ON_BOARD.flatMap((to) => {
    const move = findRequestMove(status, to);
    if (move === null) return [];
    const may = rolesFor(move.action);
    if (!ROLES.some((role) => may.has(role) && roles.includes(role))) return [];
    return [false, true]
      .filter((isReported) => isMoveOf(move, side, isReported))
      .map((isReported) => ({ to, isReported }));
  });
}

/** Who may say what a State thinks of a request before it is formal. */
const GIVING = rolesFor('opinion.give');

/** Whether somebody is asked for an opinion on it, of the requested State. */
export function isAskedForOpinion(
  { status, requestedState }: Tracked,
  { own, roles }: BoardReader,
): boolean {
  const isTheirs = ROLES.some((role) => GIVING.has(role) && roles.includes(role));
  return status === 'shared' && requestedState === own && isTheirs;
}

/** Requests by where they stand, in the order of their life; each column with the one that waits longest first. */
export function columnsOf(
  listed: readonly ListedRequest[],
): readonly (readonly [Status, readonly ListedRequest[]])[] {
  return REQUEST_STATUSES.flatMap((status) => {
    const here = listed.filter(({ tracked }) => tracked.status === status);
    const sorted = here.toSorted(
      (one, other) => Date.parse(one.tracked.statusAt) - Date.parse(other.tracked.statusAt),
    );
    return here.length === 0 ? [] : [[status, sorted] as const];
  });
}

/** Whole days since a request stands where it does. */
export function daysSince(instant: string): number {
  return Math.max(0, Math.floor((systemClock.nowMs() - Date.parse(instant)) / DAY_MS));
}

/** The day on which the first preservation of a draft runs out; null where none does. */
export function firstExpiry({ measures }: JsonObject): string | null {
  const days = (Array.isArray(measures) ? measures : []).flatMap((measure) => {
    const preservation = isJsonObject(measure) ? measure['preservation'] : null;
    const day = isJsonObject(preservation) ? preservation['expiresOn'] : null;
    return typeof day === 'string' ? [day] : [];
  });
  return days.toSorted()[0] ?? null;
}
