import type { Action, Approval, EntryKind, PolicyObject, ThreadChange } from '@enlace/contracts';

import type { LockedThread, Standing } from './locked-thread.js';

interface Stood {
  readonly threadId: string;
  readonly originator: PolicyObject['ownerState'];
  readonly states: PolicyObject['states'];
  readonly status: LockedThread['status'];
  readonly standing: Standing | null;
}

/** What else the policy is told of an act. */
export interface Asking {
  readonly about?: Pick<PolicyObject, 'personId'> | Record<string, never>;
  readonly approvals?: readonly Approval[];
}

/** A thread as the policy is asked about it. */
export function aboutThread({ threadId, originator, states, status, standing }: Stood) {
  return {
    type: 'thread',
    id: threadId,
    ownerState: originator,
    originator,
    states,
    state: status,
    membership: standing ?? ('former' as const),
  };
}

/**
 * Whoever is invited reads from the invitation on and brings the package of the own joining; both belong to the
 * joining, and the policy has no other act for them.
 */
export function actionOf(action: Action, standing: Standing | null): Action {
  return standing === 'invited' ? 'thread.join' : action;
}

/** Kinds that are one act each; for the policy every other sealed one is an append. */
const ACTIONS: ReadonlyMap<EntryKind, Action> = new Map<EntryKind, Action>([
  ['leave', 'thread.leave'],
  ['access-request', 'thread.request-access'],
  ['receipt', 'entry.receipt'],
]);

/** What an entry that is no commit is to the policy. */
export function actionOfKind(kind: EntryKind): Action {
  return ACTIONS.get(kind) ?? 'entry.append';
}

/** What a commit is to the policy: all that it changes, or that keys are new. */
export function actionsOfCommit(changes: readonly ThreadChange[]): readonly Action[] {
  return changes.length === 0 ? ['thread.update-keys'] : changes.map(actionOfChange);
}

// What each change of a commit is to the policy.
function actionOfChange(change: ThreadChange): Action {
  switch (change.op) {
    case 'invite':
      return 'thread.invite';
    case 'withdraw':
      return 'thread.withdraw-invitation';
    case 'join':
      return 'thread.join';
    case 'device':
      return 'thread.add-own-device';
    case 'remove':
      return change.cause === 'removed' ? 'thread.remove-member' : 'thread.remove-revoked';
    case 'role':
      return 'thread.change-role';
    case 'policy':
      return 'thread.change-policy';
    case 'lapse':
      return 'thread.update-keys';
  }
}
