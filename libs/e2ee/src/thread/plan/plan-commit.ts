import {
  applyChanges,
  THREAD_LIMITS,
  type CommitShape,
  type ThreadChange,
  type ThreadPolicy,
  type ThreadRole,
  type ThreadStatement,
} from '@enlace/contracts';
import type { DeviceId, PersonId, ThreadInvitationId } from '@enlace/kernel';

import type { GrantRecipient } from '../../grants/grant-wrap.js';
import type { DirectoryView } from '../view/directory-view.js';
import { factsAt, leavesAfter, waitingDevices } from '../view/thread-facts.js';
import type { ThreadMembers, ThreadView } from '../view/thread-view.js';
import { lapsesOwed, removalsOwed } from './duties.js';
import { refuseIf, PlanRefused } from './plan-error.js';

/** What somebody wants of a commit. Everything else that a committer owes comes by itself. */
export type CommitIntent =
  /** New keys, and what is owed: removals, lapses. */
  | { readonly act: 'update' }
  | {
      readonly act: 'invite';
      readonly invitationId: ThreadInvitationId;
      readonly personId: PersonId;
      readonly role: ThreadRole;
      readonly expiresAt: string;
    }
  | { readonly act: 'withdraw'; readonly invitationId: ThreadInvitationId }
  | { readonly act: 'remove'; readonly personId: PersonId }
  | { readonly act: 'role'; readonly personId: PersonId; readonly role: ThreadRole }
  | { readonly act: 'policy'; readonly policy: ThreadPolicy }
  /** By the own open invitation. */
  | { readonly act: 'join' }
  /** A further device of a member takes a leaf; one whose state was lost takes its own anew. */
  | { readonly act: 'device' };

/** A commit that every member will take: its changes, and whom its key goes to. */
export interface CommitPlan {
  readonly changes: readonly ThreadChange[];
  readonly cause: ThreadStatement<'commit'>['cause'];
  readonly shape: CommitShape;
  readonly removedLeaves: readonly number[];
  /** After it. */
  readonly members: ThreadMembers;
  /** Every certified device of every person who waits after it (protocol.md, section 4.2). */
  readonly recipients: readonly GrantRecipient[];
}

/** By what a plan is made; the clock says which invitations have expired. */
export interface PlanGround {
  readonly directory: DirectoryView;
  readonly nowMs: number;
}

/**
 * The commit that does what is wanted, by the rules that all judge by. After a lost race the same intent is planned
 * again on the next view. Throws `thread.plan-refused`.
 */
export function planCommit(view: ThreadView, intent: CommitIntent, ground: PlanGround): CommitPlan {
  const members = membersFor(view, intent);
  const drafted = draft(view, { members, intent }, ground);
  const { changes, gone, shape, ownLeaf } = drafted;
  const applied = applyChanges(members.state, changes, {
    act: { author: view.self, shape, removed: gone, acceptedAtMs: ground.nowMs },
    facts: factsAt(members, ground.directory, ground.nowMs),
  });
  if (applied.kind === 'refused') throw new PlanRefused(applied.rule);
  const removedLeaves = members.leaves
    .filter(({ deviceId }) => gone.includes(deviceId))
    .map(({ leaf }) => leaf);
  const senderLeaf = isJoin(intent) ? null : ownLeaf;
  const tree = { senderLeaf, removedLeaves, author: view.self, atMs: ground.nowMs };
  const leaves = leavesAfter(members, tree);
  if (leaves === null) throw new PlanRefused('devices');
  const after = { ...members, state: applied.state, leaves };
  const recipients = waitingDevices(after, ground.directory);
  refuseIf(recipients.length > THREAD_LIMITS.grantRecipients, 'recipients');
  return {
    changes,
    cause: causeOf(intent, changes),
    shape,
    removedLeaves,
    members: after,
    recipients,
  };
}

function isJoin({ act }: CommitIntent): boolean {
  return act === 'join' || act === 'device';
}

function membersFor(view: ThreadView, intent: CommitIntent): ThreadMembers {
  const { members } = view;
  refuseIf(view.isVoid, 'void');
  if (members === null) throw new PlanRefused('unanchored');
  refuseIf(!isJoin(intent) && view.group === null, 'no-leaf');
  refuseIf(members.left.includes(view.self.personId), 'left');
  return members;
}

/** The changes in their order, and what they do to the tree. Who joins cannot remove anybody else. */
function draft(
  view: ThreadView,
  { members, intent }: { readonly members: ThreadMembers; readonly intent: CommitIntent },
  ground: PlanGround,
) {
  const removals = isJoin(intent) ? [] : removalsOf(members, { intent, view }, ground);
  const own = ownChanges(view, members, intent);
  const lapses = lapsesOwed(members, removals, ground.nowMs).filter((one) => !isSaid(one, own));
  const removed = removals.flatMap(({ deviceIds }) => deviceIds);
  const ownLeaf =
    members.leaves.find(({ deviceId }) => deviceId === view.self.deviceId)?.leaf ?? null;
  const isRejoin = intent.act === 'device' && ownLeaf !== null;
  const gone = isRejoin ? [view.self.deviceId] : removed;
  const shape = shapeOf(intent, gone);
  return { changes: [...removals, ...lapses, ...own], gone, shape, ownLeaf };
}

function shapeOf(intent: CommitIntent, gone: readonly DeviceId[]): CommitShape {
  if (isJoin(intent)) return gone.length > 0 ? 'rejoin' : 'join';
  return gone.length > 0 ? 'remove' : 'update';
}

/** What is owed, and what is wanted: of one person not both. */
function removalsOf(
  members: ThreadMembers,
  { intent, view }: { readonly intent: CommitIntent; readonly view: ThreadView },
  ground: PlanGround,
) {
  const owed = removalsOwed(members, view.self, ground);
  if (intent.act !== 'remove') return owed;
  const { personId } = intent;
  if (owed.some((one) => one.personId === personId)) return owed;
  const deviceIds = members.leaves
    .filter((one) => one.personId === personId)
    .map(({ deviceId }) => deviceId);
  const rest = owed.filter((one) => !one.deviceIds.some((id) => deviceIds.includes(id)));
  const removal = { op: 'remove', personId, deviceIds, cause: 'removed' } as const;
  const leaves = [...rest, removal].flatMap((one) => one.deviceIds).length;
  return leaves > THREAD_LIMITS.removalsPerCommit ? [removal] : [...rest, removal];
}

function ownChanges(
  { self }: ThreadView,
  { state }: ThreadMembers,
  intent: CommitIntent,
): readonly ThreadChange[] {
  switch (intent.act) {
    case 'update':
    case 'remove':
      return [];
    case 'invite': {
      const { invitationId, personId, role, expiresAt } = intent;
      return [{ op: 'invite', invitationId, personId, role, expiresAt }];
    }
    case 'withdraw':
      return [{ op: 'withdraw', invitationId: intent.invitationId }];
    case 'role':
      return [{ op: 'role', personId: intent.personId, role: intent.role }];
    case 'policy':
      return [{ op: 'policy', policy: intent.policy }];
    case 'device':
      return [{ op: 'device', deviceId: self.deviceId }];
    case 'join': {
      const invitation = state.invitations.find((one) => one.personId === self.personId);
      if (invitation === undefined) throw new PlanRefused('invitation');
      const { invitationId } = invitation;
      return [{ op: 'join', invitationId, deviceId: self.deviceId }];
    }
  }
}

/** An invitation ends once: withdrawn or accepted, it does not lapse as well. */
function isSaid(lapse: ThreadChange, own: readonly ThreadChange[]): boolean {
  return own.some(
    (change) =>
      'invitationId' in change &&
      'invitationId' in lapse &&
      change.invitationId === lapse.invitationId,
  );
}

function causeOf(
  { act }: CommitIntent,
  changes: readonly ThreadChange[],
): ThreadStatement<'commit'>['cause'] {
  if (act === 'policy') return 'policy';
  return changes.length > 0 ? 'membership' : 'update';
}
