import type { PersonId, ThreadInvitationId } from '@enlace/kernel';

import { THREAD_LIMITS } from '../thread-limits.js';
import type { CommitAct, ThreadFacts } from './commit-act.js';
import type { ChangeOf, ThreadChange } from './thread-changes.js';
import { policyChangeFault, type PolicyRule } from './thread-policy.js';
import type { ThreadInvitation, ThreadMember, ThreadState } from './thread-state.js';

/** Why a change is refused. */
export type ChangeRule =
  | PolicyRule
  /** Whoever commits is no member, or would not be one after it. */
  | 'author'
  /** A cause that neither log nor directory bears out. */
  | 'cause'
  | 'device'
  | 'expired'
  | 'invitation'
  | 'known-person'
  | 'last-steward'
  | 'limit'
  | 'person'
  /** Changes and the leaves that the commit removes differ. */
  | 'removals'
  | 'shape'
  | 'steward'
  | 'term';

export type Applied =
  | { readonly kind: 'applied'; readonly state: ThreadState }
  | { readonly kind: 'refused'; readonly rule: ChangeRule };

/** What a change is judged by: the state that the changes before it led to, and the commit that makes it. */
export interface Before {
  readonly state: ThreadState;
  /** The epoch that the commit begins. */
  readonly epoch: number;
  readonly act: CommitAct;
  readonly facts: ThreadFacts;
}

const DAY_MS = 86_400_000;

const refused = (rule: ChangeRule): Applied => ({ kind: 'refused', rule });
const applied = (state: ThreadState): Applied => ({ kind: 'applied', state });

/** The state after one change, by the rules of its kind (protocol.md, section 4.1). */
export function applyChange(change: ThreadChange, before: Before): Applied {
  switch (change.op) {
    case 'join':
      return join(change, before);
    case 'device':
      return addDevice(change, before);
    case 'invite':
      return invite(change, before);
    case 'withdraw':
    case 'lapse':
      return endInvitation(change, before);
    case 'remove':
      return remove(change, before);
    case 'role':
      return changeRole(change, before);
    case 'policy':
      return changePolicy(change, before);
  }
}

function invite(change: ChangeOf<'invite'>, before: Before): Applied {
  const { state, act, epoch, facts } = before;
  if (!isSteward(before)) return refused('steward');
  const { invitationId, personId, role, expiresAt } = change;
  const home = facts.stateOf(personId);
  const isInvitable = state.policy.states.some((code) => code === home);
  if (!isInvitable) return refused('person');
  const known = [...state.members, ...state.invitations];
  if (known.some((one) => one.personId === personId)) return refused('known-person');
  if (findInvitation(state, invitationId) !== undefined) return refused('invitation');
  const ends = Date.parse(expiresAt) - act.acceptedAtMs;
  if (ends <= 0 || ends > THREAD_LIMITS.invitationDays * DAY_MS) return refused('term');
  const byPersonId = act.author.personId;
  const invitation = { invitationId, personId, role, byPersonId, fromEpoch: epoch, expiresAt };
  const invitations = [...state.invitations, invitation].toSorted((a, b) =>
    byId(a.invitationId, b.invitationId),
  );
  return applied({ ...state, invitations });
}

function endInvitation(change: ChangeOf<'withdraw'> | ChangeOf<'lapse'>, before: Before): Applied {
  const { state, act } = before;
  const invitation = findInvitation(state, change.invitationId);
  if (invitation === undefined) return refused('invitation');
  const isOver =
    hasExpired(invitation, act) || memberOf(state, invitation.byPersonId) === undefined;
  const isOwn = invitation.byPersonId === act.author.personId;
  if (change.op === 'lapse' && !isOver) return refused('cause');
  if (change.op === 'withdraw' && !isOwn && !isSteward(before)) return refused('steward');
  return applied(withoutInvitation(state, invitation));
}

function join(change: ChangeOf<'join'>, { state, act, epoch }: Before): Applied {
  const { deviceId, personId } = act.author;
  if (change.deviceId !== deviceId) return refused('device');
  const invitation = findInvitation(state, change.invitationId);
  if (invitation?.personId !== personId) return refused('invitation');
  if (hasExpired(invitation, act)) return refused('expired');
  const member = { personId, role: invitation.role, sinceEpoch: epoch };
  const members = [...state.members, member].toSorted((a, b) => byId(a.personId, b.personId));
  return applied({ ...withoutInvitation(state, invitation), members });
}

function addDevice(change: ChangeOf<'device'>, { state, act, facts }: Before): Applied {
  const { deviceId, personId } = act.author;
  if (change.deviceId !== deviceId) return refused('device');
  const isMember = memberOf(state, personId) !== undefined && !facts.hasLeft(personId);
  if (!isMember) return refused('author');
  const hasLeaf = facts.leavesOf(personId).includes(deviceId);
  return hasLeaf === (act.shape === 'rejoin') ? applied(state) : refused('device');
}

function remove(change: ChangeOf<'remove'>, before: Before): Applied {
  const { state, act, facts } = before;
  const { personId, deviceIds } = change;
  if (!isCauseTrue(change, before)) return refused('cause');
  if (change.cause === 'removed' && !isSteward(before)) return refused('steward');
  if (personId === null) return deviceIds.length > 0 ? applied(state) : refused('device');
  if (memberOf(state, personId) === undefined) return refused('person');
  if (personId === act.author.personId) return refused('author');
  const leaves = facts.leavesOf(personId);
  const isWhole =
    leaves.length === deviceIds.length && leaves.every((leaf) => deviceIds.includes(leaf));
  if (!isWhole) return refused('removals');
  return applied({ ...state, members: state.members.filter((one) => one.personId !== personId) });
}

function isCauseTrue({ personId, deviceIds, cause }: ChangeOf<'remove'>, { facts }: Before) {
  switch (cause) {
    case 'removed':
      return personId !== null;
    case 'left':
      return personId !== null && facts.hasLeft(personId);
    case 'revoked':
      return personId === null
        ? deviceIds.every((deviceId) => facts.isRevoked(deviceId))
        : facts.isRevoked(personId);
    case 'stale':
      return personId === null && deviceIds.every((deviceId) => facts.isStale(deviceId));
  }
}

function changeRole({ personId, role }: ChangeOf<'role'>, before: Before): Applied {
  const { state } = before;
  if (!isSteward(before)) return refused('steward');
  const member = memberOf(state, personId);
  if (member === undefined || member.role === role) return refused('person');
  const members = state.members.map((one) => (one === member ? { ...one, role } : one));
  const hasSteward = members.some((one) => one.role === 'steward');
  return hasSteward ? applied({ ...state, members }) : refused('last-steward');
}

function changePolicy({ policy }: ChangeOf<'policy'>, before: Before): Applied {
  const { state, facts } = before;
  if (!isSteward(before)) return refused('steward');
  const fault = policyChangeFault(state.policy, policy);
  if (fault !== null) return refused(fault);
  const homes = [...state.members, ...state.invitations].map((one) => facts.stateOf(one.personId));
  // Of somebody whom the directory does not know any more, the State is not asked.
  const isInUse = homes.some(
    (home) => home !== null && !policy.states.some((code) => code === home),
  );
  return isInUse ? refused('policy-in-use') : applied({ ...state, policy });
}

function isSteward({ state, act, facts }: Before): boolean {
  const { personId } = act.author;
  return memberOf(state, personId)?.role === 'steward' && !facts.hasLeft(personId);
}

function memberOf({ members }: ThreadState, personId: PersonId): ThreadMember | undefined {
  return members.find((one) => one.personId === personId);
}

function findInvitation(
  { invitations }: ThreadState,
  id: ThreadInvitationId,
): ThreadInvitation | undefined {
  return invitations.find(({ invitationId }) => invitationId === id);
}

function withoutInvitation(state: ThreadState, gone: ThreadInvitation): ThreadState {
  return { ...state, invitations: state.invitations.filter((one) => one !== gone) };
}

function hasExpired({ expiresAt }: ThreadInvitation, { acceptedAtMs }: CommitAct): boolean {
  return Date.parse(expiresAt) <= acceptedAtMs;
}

function byId(a: string, b: string): number {
  return a < b ? -1 : 1;
}
