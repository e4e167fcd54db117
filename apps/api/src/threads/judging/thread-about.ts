import type { Action, PolicyObject, ThreadChange } from '@enlace/contracts';

import type { LockedThread, Standing } from './locked-thread.js';

interface Stood {
  readonly threadId: string;
  readonly originator: PolicyObject['ownerState'];
  readonly states: PolicyObject['states'];
  readonly status: LockedThread['status'];
  readonly standing: Standing | null;
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

/** What each change of a commit is to the policy. */
export function actionOfChange(change: ThreadChange): Action {
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
