import { hasSecondPerson, type Approval, type ThreadStatement } from '@enlace/contracts';
import { isDomainError, type PersonId, type ThreadId } from '@enlace/kernel';
import {
  isApprovalSignedBy,
  readApproval,
  type ApprovedAct,
  type ReadApproval,
} from '@enlace/trust';

import { EntryRefused, EntryWaits, holdUnless } from '../alerts.js';
import { roleOf } from '../receive/author-checks.js';
import type { Placed, ReceiveGround } from '../receive/ground.js';
import { isRevokedAt, type DirectoryView } from '../view/directory-view.js';
import type { ThreadMembers, ThreadView } from '../view/thread-view.js';

/** An act on the life of a thread, at its place. */
export interface LifeAct {
  readonly placed: Placed;
  readonly statement: ThreadStatement<'lifecycle'>;
}

/** Somebody who approved, and the nonce that is spent by it. */
export interface GivenApproval {
  readonly nonce: string;
  readonly personId: PersonId;
}

/**
 * Who approved of exactly this act, each under the key of a device that was certified when it was accepted. Throws
 * `UNAUTHORIZED`, or what it waits for.
 */
// Attacker-controlled: the wires, by the author of the entry.
export function verifyApprovals(
  threadId: ThreadId,
  { placed, statement }: LifeAct,
  ground: ReceiveGround,
): readonly GivenApproval[] {
  const { action, basis, until } = statement;
  const act: ApprovedAct = { threadId, action, basis, until: until ?? null };
  return statement.approvals.map((wire) => {
    const approval = readAsSaid(wire, act);
    const personId = signerOf(approval, placed.acceptedAtMs, ground);
    return { nonce: approval.nonce, personId };
  });
}

function readAsSaid(wire: string, act: ApprovedAct): ReadApproval {
  try {
    return readApproval(wire, act);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EntryRefused('UNAUTHORIZED', 'approval', { cause });
  }
}

function signerOf(
  approval: ReadApproval,
  acceptedAtMs: number,
  { directory, wasRevoked }: ReceiveGround,
): PersonId {
  const device = directory.findKey(approval.key);
  const isKnown = typeof device !== 'string' && acceptedAtMs < device.notAfterMs;
  // Certified or renewed since the directory was read, perhaps.
  if (!isKnown && !directory.isCurrent) throw new EntryWaits({ kind: 'directory' });
  holdUnless(isKnown && isApprovalSignedBy(approval, device.signKey), 'UNAUTHORIZED', 'approval');
  const isRevoked = isRevokedAt(device, acceptedAtMs) || wasRevoked(device.deviceId);
  holdUnless(!isRevoked, 'UNAUTHORIZED', 'approval');
  return device.personId;
}

/**
 * The rule of the policy, which the server asks too: a steward of another State, or for a hold a national auditor of
 * the originator. A reader who does not know the members yet asks for another person, and is told who is to be
 * confirmed. Throws `UNAUTHORIZED`.
 */
export function assertSecondPerson(
  { members }: ThreadView,
  { placed, statement, persons }: LifeAct & { readonly persons: readonly PersonId[] },
  directory: DirectoryView,
): readonly PersonId[] {
  const { author, acceptedAtMs } = placed;
  const { action } = statement;
  const auditorOf = (personId: PersonId) =>
    action === 'hold' ? directory.auditorOf(personId, acceptedAtMs) : null;
  if (members === null) {
    const others = persons.filter((personId) => personId !== author.personId);
    holdUnless(others.length > 0, 'UNAUTHORIZED', 'second-person');
    return others.filter((personId) => auditorOf(personId) === null);
  }
  const approvals = persons.flatMap((personId) => {
    const auditor = auditorOf(personId);
    if (auditor !== null) return [auditorAs(personId, auditor)];
    const state = directory.stateOf(personId, acceptedAtMs);
    return state === null
      ? []
      : [{ personId, state, roles: [], ...membershipOf(members, personId) }];
  });
  const { originator, states } = members.state.policy;
  const state = directory.stateOf(author.personId, acceptedAtMs);
  const stands =
    state !== null &&
    hasSecondPerson({ personId: author.personId, state, roles: [] }, `thread.${action}`, {
      object: { ownerState: originator, originator, states },
      approvals,
    });
  holdUnless(stands, 'UNAUTHORIZED', 'second-person');
  return [];
}

function auditorAs(personId: PersonId, state: Approval['state']): Approval {
  return { personId, state, roles: ['auditor'], auditScope: 'national' };
}

function membershipOf(members: ThreadMembers, personId: PersonId): Pick<Approval, 'membership'> {
  const role = roleOf(members, personId);
  return role === null || members.left.includes(personId) ? {} : { membership: role };
}
