import {
  bodyHashOf,
  isSealedKind,
  type Entry,
  type EntryKind,
  type ErasedEntry,
  type ThreadRole,
} from '@enlace/contracts';
import { isEntrySignedBy } from '@enlace/trust';
import type { PersonId } from '@enlace/kernel';

import { EntryWaits, holdUnless } from '../alerts.js';
import { deviceBehind, isRevokedAt } from '../view/directory-view.js';
import type { ThreadMembers } from '../view/thread-view.js';
import type { Author, LogItem, ReceiveGround } from './ground.js';

/** Checks 3 and 4: a device that a State certified and nobody has revoked signed it. */
// Attacker-controlled: the whole entry.
export function authenticate(
  entry: Entry | ErasedEntry,
  { acceptedAtMs }: LogItem,
  { directory, wasRevoked }: ReceiveGround,
): Author {
  const device = deviceBehind(directory, entry.header.deviceId);
  // Before the revocation is asked: a forged entry does not pass for one of somebody who was revoked.
  const isSigned = isEntrySignedBy(entry, bodyHashOf(entry), device.signKey);
  holdUnless(isSigned, 'BAD_SIG', 'signature');
  const isRevoked = isRevokedAt(device, acceptedAtMs) || wasRevoked(device.deviceId);
  holdUnless(!isRevoked, 'UNAUTHORIZED', 'revoked');
  // A certificate that ran out may have been renewed since the directory was read.
  const isOver = acceptedAtMs >= device.notAfterMs;
  if (isOver && !directory.isCurrent) throw new EntryWaits({ kind: 'directory' });
  holdUnless(!isOver, 'UNCERTIFIED', 'expired');
  const { deviceId, personId, signKey } = device;
  return { deviceId, personId, signKey };
}

/** Kinds that whoever has no leaf may bring about: a commit by which the device takes one is judged as a commit. */
const WITHOUT_LEAF: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'access-request',
  'commit',
  'genesis',
  'leave',
]);
/** What a steward alone does. A redaction and a grant say in their statement what they are. */
const OF_STEWARDS: ReadonlySet<EntryKind> = new Set<EntryKind>(['lifecycle']);

/** Check 5: the author is a member at this point, with a device in the group, and its role has the kind. */
export function assertMember(
  { kind }: Entry['header'],
  { deviceId, personId }: Author,
  members: ThreadMembers,
): void {
  const isIn = roleOf(members, personId) !== null;
  const isInvited = members.state.invitations.some((one) => one.personId === personId);
  if (WITHOUT_LEAF.has(kind)) {
    holdUnless(isIn || (isInvited && kind !== 'leave'), 'UNAUTHORIZED', 'member');
    return;
  }
  holdUnless(isIn, 'UNAUTHORIZED', 'member');
  const leaf = members.leaves.find((one) => one.deviceId === deviceId);
  holdUnless(leaf?.personId === personId, 'UNAUTHORIZED', 'device');
  const hasLeft = members.left.includes(personId);
  holdUnless(!hasLeft, 'UNAUTHORIZED', isSealedKind(kind) ? 'left' : 'former');
  if (OF_STEWARDS.has(kind)) assertSteward(members, personId);
}

export function assertSteward(members: ThreadMembers, personId: PersonId): void {
  holdUnless(roleOf(members, personId) === 'steward', 'UNAUTHORIZED', 'steward');
}

export function roleOf({ state }: ThreadMembers, personId: PersonId): ThreadRole | null {
  return state.members.find((one) => one.personId === personId)?.role ?? null;
}
