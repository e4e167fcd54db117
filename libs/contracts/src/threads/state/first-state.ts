import type { CaseId, PersonId, ThreadId } from '@enlace/kernel';

import type { SuiteName } from '../commit/group-suites.js';
import type { ThreadPolicy } from './thread-policy.js';
import type { ThreadState } from './thread-state.js';

/** The state that the genesis of a thread makes: its opener, who is its steward, and nobody else. */
export function firstState(opening: {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly suite: SuiteName;
  readonly policy: ThreadPolicy;
  readonly personId: PersonId;
}): ThreadState {
  const { threadId, caseId, suite, policy, personId } = opening;
  return {
    v: 1,
    threadId,
    caseId,
    incarnation: 0,
    epoch: 0,
    suite,
    policy,
    members: [{ personId, role: 'steward', sinceEpoch: 0 }],
    invitations: [],
  };
}

/**
 * The state of a new incarnation of a thread's group (protocol.md, section 4.6): members, roles and open invitations
 * are those of the last valid state but for whoever is left out; epochs begin at 0 again.
 */
export function nextIncarnation(
  last: ThreadState,
  {
    without,
    suite = last.suite,
  }: { readonly without: ReadonlySet<PersonId>; readonly suite?: SuiteName },
): ThreadState {
  const stays = ({ personId }: { readonly personId: PersonId }): boolean => !without.has(personId);
  return {
    ...last,
    incarnation: last.incarnation + 1,
    epoch: 0,
    suite,
    members: last.members.filter(stays).map((one) => ({ ...one, sinceEpoch: 0 })),
    invitations: last.invitations.filter(stays).map((one) => ({ ...one, fromEpoch: 0 })),
  };
}
