import type { StateCode } from '@enlace/contracts';
import type { PersonId } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import type { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import type { LockedThread } from '../judging/locked-thread.js';
import { homeOf } from '../judging/thread-facts.js';

/** Somebody whom an event of a thread names. */
export interface Naming {
  readonly after: LockedThread;
  readonly directory: Directory;
  readonly personId: PersonId;
}

/** The alias of a person in the record of the case, and the State that it speaks of. */
export async function namedBy(
  audit: AuditRecorder,
  at: ActTransaction,
  { after, directory, personId }: Naming,
) {
  const state = homeOf(directory, personId);
  const { caseId } = after;
  return { alias: await audit.findAlias(at, { personId, state, caseId }), state };
}

/** What every event of a thread says of its place. */
export function placeOf(
  at: ActTransaction,
  { threadId, caseId, originator, states }: LockedThread,
) {
  const own = getSession(at).state;
  const all: readonly StateCode[] = [...new Set<StateCode>([...states, own])].toSorted();
  const object = { type: 'thread', id: threadId, ownerState: originator } as const;
  return { object, states: all, threadId, caseId };
}
