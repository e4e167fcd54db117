import {
  THREAD_LIMITS,
  waitingPersons,
  type ThreadChange,
  type ThreadFacts,
} from '@enlace/contracts';
import { parseId, type DeviceId, type PersonId } from '@enlace/kernel';

import type { GrantRecipient } from '../../grants/grant-wrap.js';
import { isRevokedAt, type DirectoryView } from './directory-view.js';
import type { MemberLeaf, ThreadMembers } from './thread-view.js';

const DAY_MS = 86_400_000;

/** What log and directory say of the people and devices of a thread at a moment. */
export function factsAt(
  { leaves, left }: ThreadMembers,
  directory: DirectoryView,
  atMs: number,
): ThreadFacts {
  return {
    stateOf: (personId) => directory.stateOf(personId, atMs),
    leavesOf: (personId) =>
      leaves.flatMap((one) => (one.personId === personId ? [one.deviceId] : [])),
    hasLeft: (personId) => left.includes(personId),
    isRevoked: (id) => {
      const leaf = leaves.find(({ deviceId }) => deviceId === id);
      if (leaf === undefined) return isPersonGone(directory, parseId(id), atMs);
      const device = directory.findDevice(leaf.deviceId);
      return typeof device !== 'string' && isRevokedAt(device, atMs);
    },
    isStale: (deviceId) => isStale(leaves.find((one) => one.deviceId === deviceId) ?? null, atMs),
  };
}

/** A leaf whose last update this reader does not know is not stale for it. */
function isStale(leaf: MemberLeaf | null, atMs: number): boolean {
  if (leaf === null || leaf.updatedMs === null) return false;
  return atMs - leaf.updatedMs > THREAD_LIMITS.staleLeafDays * DAY_MS;
}

/**
 * The same, for judging a commit of somebody else: of what was before its own start a reader does not know who had left
 * and when a leaf was updated. There the commit is believed; whoever was there then judges it, and so does the server.
 */
export function factsForCommit(
  members: ThreadMembers,
  changes: readonly ThreadChange[],
  { directory, atMs }: { readonly directory: DirectoryView; readonly atMs: number },
): ThreadFacts {
  const facts = factsAt(members, directory, atMs);
  if (members.sinceSeq === 0) return facts;
  const removedAsLeft = new Set(
    changes.flatMap((change) =>
      change.op === 'remove' && change.cause === 'left' ? [change.personId] : [],
    ),
  );
  const unknown = new Set(
    members.leaves.flatMap(({ deviceId, updatedMs }) => (updatedMs === null ? [deviceId] : [])),
  );
  return {
    ...facts,
    hasLeft: (personId) => facts.hasLeft(personId) || removedAsLeft.has(personId),
    isStale: (deviceId) => facts.isStale(deviceId) || unknown.has(deviceId),
  };
}

/** Devices that have a leaf and must not have one: nothing is sealed before a commit has removed them. */
export function devicesToRemove(
  members: ThreadMembers,
  directory: DirectoryView,
  nowMs: number,
): readonly DeviceId[] {
  const facts = factsAt(members, directory, nowMs);
  const isGone = (personId: PersonId): boolean =>
    facts.hasLeft(personId) || isPersonGone(directory, personId, nowMs);
  return members.leaves
    .filter(({ deviceId, personId }) => isGone(personId) || facts.isRevoked(deviceId))
    .map(({ deviceId }) => deviceId);
}

function isPersonGone(directory: DirectoryView, personId: PersonId, nowMs: number): boolean {
  const revokedAtMs = directory.revokedAtMs(personId);
  return revokedAtMs !== null && revokedAtMs <= nowMs;
}

/** Who is given each new key (protocol.md, section 4.2): persons with an open invitation, members without a leaf. */
export function waitingIn({ state, leaves, left }: ThreadMembers): ReadonlySet<PersonId> {
  const withLeaf = new Set(leaves.map(({ personId }) => personId));
  return waitingPersons(state, { withLeaf, left });
}

/** Every device of every waiting person that is certified now. */
export function waitingDevices(
  members: ThreadMembers,
  directory: DirectoryView,
): readonly GrantRecipient[] {
  return [...waitingIn(members)].flatMap((personId) =>
    directory.devicesOf(personId).map(({ deviceId, kemKey }) => ({ deviceId, kemKey })),
  );
}

/** What a commit does to the tree. */
export interface TreeChange {
  /** `null` of one who joins. */
  readonly senderLeaf: number | null;
  readonly removedLeaves: readonly number[];
  readonly author: Pick<MemberLeaf, 'deviceId' | 'personId'>;
  readonly atMs: number;
}

/**
 * The tree after a commit; who joins takes the leftmost blank leaf (RFC 9420, section 7.7), one that the same commit
 * blanked among them. `null` where the device has a leaf already, or the tree is full.
 */
export function leavesAfter(
  { leaves }: Pick<ThreadMembers, 'leaves'>,
  { senderLeaf, removedLeaves, author, atMs }: TreeChange,
): readonly MemberLeaf[] | null {
  const stay = leaves.filter(({ leaf }) => !removedLeaves.includes(leaf));
  const { deviceId, personId } = author;
  if (senderLeaf !== null) {
    return stay.map((one) => (one.leaf === senderLeaf ? { ...one, updatedMs: atMs } : one));
  }
  const isThere = stay.some((one) => one.deviceId === deviceId);
  if (isThere || stay.length >= THREAD_LIMITS.devices) return null;
  const taken = new Set(stay.map(({ leaf }) => leaf));
  let leaf = 0;
  while (taken.has(leaf)) leaf += 1;
  const own = { leaf, deviceId, personId, updatedMs: atMs };
  return [...stay, own].toSorted((a, b) => a.leaf - b.leaf);
}
