import type { DeviceId } from '@enlace/kernel';

import { THREAD_LIMITS } from '../thread-limits.js';
import { applyChange, type Applied, type ChangeRule } from './change-rules.js';
import type { CommitAct, ThreadFacts } from './commit-act.js';
import type { ThreadChange } from './thread-changes.js';
import type { ThreadState } from './thread-state.js';

/**
 * The state after a commit: each change in its order, then the next epoch. Pure and total; server and clients ask the
 * same function and come to the same answer, so that what one refuses is void for all (protocol.md, section 4.1).
 */
export function applyChanges(
  state: ThreadState,
  changes: readonly ThreadChange[],
  { act, facts }: { readonly act: CommitAct; readonly facts: ThreadFacts },
): Applied {
  const fault = shapeFault(changes, act);
  if (fault !== null) return { kind: 'refused', rule: fault };
  const epoch = state.epoch + 1;
  let next = state;
  for (const change of changes) {
    const applied = applyChange(change, { state: next, epoch, act, facts });
    if (applied.kind === 'refused') return applied;
    next = applied.state;
  }
  const isMember = next.members.some(({ personId }) => personId === act.author.personId);
  if (!isMember) return { kind: 'refused', rule: 'author' };
  const isWithin =
    next.members.length <= THREAD_LIMITS.members &&
    next.invitations.length <= THREAD_LIMITS.invitations;
  if (!isWithin) return { kind: 'refused', rule: 'limit' };
  return { kind: 'applied', state: { ...next, epoch } };
}

// Changes and proposals say the same (protocol.md, B6): who joins takes a leaf, who is removed loses the leaves.
function shapeFault(changes: readonly ThreadChange[], act: CommitAct): ChangeRule | null {
  const joins = changes.filter(({ op }) => op === 'join' || op === 'device');
  const gone = changes.flatMap((change) => (change.op === 'remove' ? change.deviceIds : []));
  if (act.shape !== 'join' && act.shape !== 'rejoin') {
    if (joins.length > 0) return 'shape';
    return isSameSet(gone, act.removed) ? null : 'removals';
  }
  const [change] = joins;
  if (joins.length !== 1 || gone.length > 0) return 'shape';
  const replaced = act.shape === 'rejoin' ? [act.author.deviceId] : [];
  const isOwn = act.shape === 'join' || change?.op === 'device';
  return isOwn && isSameSet(replaced, act.removed) ? null : 'shape';
}

function isSameSet(a: readonly DeviceId[], b: readonly DeviceId[]): boolean {
  return new Set(a).size === a.length && a.length === b.length && a.every((id) => b.includes(id));
}
