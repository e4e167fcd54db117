import {
  applyChanges,
  GROUP_SUITES,
  type CommitContext,
  type CommitShape,
  type ThreadChange,
  type ThreadState,
} from '@enlace/contracts';
import { mlsPort, type DeviceSecrets, type GroupState, type PendingCommit } from '@enlace/e2ee';
import { systemRandom, type DeviceId, type PersonId, type ThreadId } from '@enlace/kernel';

export const PORT = mlsPort(systemRandom);

/** What members of one thread hand each other past the server: what a grant and a package will carry. */
export interface Shared {
  readonly threadId: ThreadId;
  groupInfo: Uint8Array;
  author: DeviceId;
  epochKey: Uint8Array;
  state: ThreadState;
}

/** Somebody's part in the group of a thread. */
export interface GroupPart {
  readonly shared: Shared;
  readonly group: GroupState | null;
  readonly secrets: DeviceSecrets;
}

/** The state after changes; where they are not allowed, the one that a liar would say: the same in the next epoch. */
export function stateAfter(
  { shared, group, secrets }: GroupPart,
  changes: readonly ThreadChange[],
  said: {
    readonly shape: CommitShape;
    readonly nowMs: number;
    readonly left: readonly PersonId[];
  },
): ThreadState {
  const { shape, nowMs, left } = said;
  const removed = changes.flatMap((one) => (one.op === 'remove' ? one.deviceIds : []));
  const roster = group?.view.roster ?? [];
  const { deviceId, personId } = secrets;
  const applied = applyChanges(shared.state, changes, {
    act: {
      author: { deviceId, personId },
      shape,
      removed: shape === 'rejoin' ? [deviceId] : removed,
      acceptedAtMs: nowMs,
    },
    facts: {
      stateOf: () => 'PA',
      leavesOf: (id) => roster.flatMap((leaf) => (leaf.personId === id ? [leaf.deviceId] : [])),
      hasLeft: (id) => left.includes(id),
      isRevoked: () => false,
      isStale: () => false,
    },
  });
  return applied.kind === 'applied'
    ? applied.state
    : { ...shared.state, epoch: shared.state.epoch + 1 };
}

/** The commit of the group itself. */
export async function pendingCommit(
  { shared, group, secrets }: GroupPart,
  context: CommitContext,
  { shape, removed }: { readonly shape: CommitShape; readonly removed: readonly DeviceId[] },
): Promise<PendingCommit> {
  if (shape === 'join' || shape === 'rejoin') {
    const { threadId, groupInfo, author, state } = shared;
    const persons = new Set(state.members.map(({ personId }) => personId));
    const suite = GROUP_SUITES.x25519;
    return PORT.joinExternal({
      groupInfo,
      device: secrets,
      replacesOwnLeaf: shape === 'rejoin',
      expected: { threadId, incarnation: 0, epoch: state.epoch, suite, author, persons },
      context,
      auth: () => 'certified',
    });
  }
  if (group === null) throw new Error('not in the group');
  if (shape === 'update') return PORT.update(group, context);
  const leaves = group.view.roster.flatMap(({ leaf, deviceId }) =>
    removed.includes(deviceId) ? [leaf] : [],
  );
  return PORT.remove(group, leaves, context);
}
