import type { ThreadStatement } from '@enlace/contracts';
import { DomainError, type PersonId, type ThreadId } from '@enlace/kernel';

import { elevating, type ElevatedSession } from '../acts/elevating.js';
import type { ThreadPorts } from '../thread-ports.js';
import { ThreadWork } from '../thread-work.js';
import { ThreadUnread } from '../make-item.js';
import { planHistory, type HistoryPlan } from './plan-history.js';

export type { HistoryPlan };

const GIVING = { kind: 'grant', action: 'thread.grant-history', isDeclared: true } as const;

/** History that a steward gives to one person of the thread. */
export interface HistoryGiving {
  readonly toPersonId: PersonId;
  readonly fromSeq: number;
  /** The end of what was read, when it is left out. */
  readonly toSeq?: number;
  readonly basis: Exclude<ThreadStatement<'grant'>['basis'], 'access'>;
}

/** What was given, and what was left out. */
export interface GivenHistory extends HistoryPlan {
  /** Where each grant stands in the log. */
  readonly grants: readonly number[];
}

/** Nothing of the range may be given, or there is none. */
class NothingToGive extends DomainError {
  override readonly code = 'thread.plan-refused';
  override readonly kind = 'forbidden';

  constructor() {
    super('nothing of it may be given', { facts: { rule: 'nothing-to-give' } });
  }
}

/** What a giving would hold, without doing it. Throws as `Threads`. */
export async function previewHistory(
  ports: ThreadPorts,
  threadId: ThreadId,
  giving: HistoryGiving,
): Promise<HistoryPlan> {
  const work = await ThreadWork.open(ports, threadId);
  await work.pull();
  return planOf(work, giving);
}

/**
 * Gives history: one grant for each range without a gap, each an act of its own that somebody shows to be there for.
 * Throws as `ThreadWork.act`; what was given before that stays given.
 */
export async function giveHistory(
  ports: ThreadPorts,
  threadId: ThreadId,
  { giving, by }: { readonly giving: HistoryGiving; readonly by: ElevatedSession },
): Promise<GivenHistory> {
  const work = await ThreadWork.open(elevating(ports, threadId, { ...GIVING, by }), threadId);
  await work.pull();
  const plan = await planOf(work, giving);
  if (plan.ranges.length === 0) throw new NothingToGive();
  const { toPersonId, basis } = giving;
  const grants: number[] = [];
  for (const range of plan.ranges) {
    grants.push(await work.act({ act: 'history', toPersonId, basis, ...range }));
  }
  return { ...plan, grants };
}

async function planOf(work: ThreadWork, giving: HistoryGiving): Promise<HistoryPlan> {
  const { view, follower } = work;
  if (view === null) throw new ThreadUnread();
  const { fromSeq, toSeq = view.head.seq } = giving;
  return planHistory(view, await follower.shelf.entries(view.threadId), { fromSeq, toSeq });
}
