import {
  encodeThreadStatement,
  THREAD_LIMITS,
  type ClearBody,
  type ThreadStatement,
} from '@enlace/contracts';
import { sha256, toBase64Url, type EntryId } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { epochKeyId } from '../../envelope/epoch-keys.js';
import { sealGrant } from '../../grants/grant.js';
import { sealPackage } from '../../grants/package.js';
import type { GroupPort, PendingCommit } from '../../mls/group-port.js';
import type { EpochKey, FreshGroup } from '../../mls/group-state.js';
import type { PendingGroup } from '../receive/ground.js';
import { commitScope, contextOf, judgeCommit } from '../receive/judge-commit.js';
import { openNewestPackage } from '../view/anchor.js';
import { credentialCheckAt } from '../view/directory-view.js';
import type { ThreadMembers, ThreadView } from '../view/thread-view.js';
import {
  finished,
  ownPlace,
  placeOf,
  signClear,
  type MadeEntry,
  type MakeGround,
} from './make-entries.js';
import type { CommitPlan } from './plan-commit.js';
import { PlanRefused } from './plan-error.js';

/** A commit ready to be stored, whole, and then sent: the blobs first, each by its hash. */
export interface MadeCommit {
  readonly entry: MadeEntry;
  readonly blobs: readonly Uint8Array[];
  /** What `receiveEntry` applies when it meets the entry in the log. */
  readonly pending: PendingGroup;
}

/** With what a commit is made. */
export interface CommitMakeGround extends MakeGround {
  readonly port: GroupPort;
  readonly entryId: EntryId;
  /** The newest package, which a device without a leaf joins by: the blob that `view.package` names. */
  readonly packageBlob?: Uint8Array;
}

/**
 * Makes a planned commit on the view that it was planned on. The key of its epoch is taken out before it returns, so
 * that all of it can be stored before anything is sent. It has passed the checks that others make of it.
 */
export async function makeCommit(
  view: ThreadView,
  plan: CommitPlan,
  ground: CommitMakeGround,
): Promise<MadeCommit> {
  const { device, entryId } = ground;
  const { head } = view;
  const seen = { seenSeq: head.seq, seenChain: head.chain };
  const context = contextOf(seen, plan, plan.members.state);
  const { commit, next } = await pendingOf(view, { plan, context }, ground);
  const { epochKey, blobs, grant, packed, group } = await beginning(plan, next, ground);
  const statement: ThreadStatement<'commit'> = {
    v: 1,
    changes: [...plan.changes],
    stateHash: toBase64Url(context.stateHash),
    epochKeyId: toBase64Url(epochKeyId(epochKey, plan.members.state)),
    cause: plan.cause,
  };
  const isInline = commit.length <= THREAD_LIMITS.inlineMessage;
  const body: ClearBody = {
    statement: encodeThreadStatement('commit', statement),
    ...(isInline ? { message: commit } : { messageHash: sha256(commit) }),
    ...(grant === null ? {} : { grantHash: sha256(grant) }),
    packageHash: sha256(packed),
  };
  const place = placeOf(view, { kind: 'commit', entryId, own: ownPlace(view) });
  const entry = signClear(place, body, device);
  const made = finished(entry);
  assertJudged(view, { ...entry, body, message: commit, grant }, ground);
  return {
    entry: made,
    blobs: isInline ? blobs : [...blobs, commit],
    pending: { entryHash: made.hash, epochKey, group },
  };
}

interface Making {
  readonly plan: CommitPlan;
  readonly context: ReturnType<typeof contextOf>;
}

async function pendingOf(
  view: ThreadView,
  { plan, context }: Making,
  { port, device, directory, nowMs, packageBlob }: CommitMakeGround,
): Promise<PendingCommit> {
  const auth = credentialCheckAt(directory, nowMs);
  if (plan.shape === 'join' || plan.shape === 'rejoin') {
    if (packageBlob === undefined) throw new PlanRefused('package');
    const { groupInfo, expected } = openNewestPackage(view, packageBlob);
    const replacesOwnLeaf = plan.shape === 'rejoin';
    return port.joinExternal({ groupInfo, device, replacesOwnLeaf, expected, context, auth });
  }
  if (view.group === null) throw new PlanRefused('no-leaf');
  const group = port.judgedBy(view.group, auth);
  return plan.removedLeaves.length > 0
    ? port.remove(group, plan.removedLeaves, context)
    : port.update(group, context);
}

/** The key of an epoch that begins, its package, and the grant of its key to whoever waits. */
export async function beginning(
  { members, recipients }: Pick<CommitPlan, 'members' | 'recipients'>,
  next: FreshGroup,
  { port, random }: Pick<CommitMakeGround, 'port' | 'random'>,
) {
  const groupInfo = await port.groupInfo(next);
  const { epochKey, state: group } = await port.exportSecret(next);
  const packed = sealPackage({ groupInfo, state: members.state }, epochKey, random);
  const grant = grantTo(recipients, { members, epochKey, random });
  const blobs = grant === null ? [packed] : [packed, grant];
  return { epochKey, group, packed, grant, blobs };
}

function grantTo(
  recipients: CommitPlan['recipients'],
  {
    members,
    epochKey,
    random,
  }: {
    readonly members: ThreadMembers;
    readonly epochKey: EpochKey;
    readonly random: MakeGround['random'];
  },
): Uint8Array | null {
  if (recipients.length === 0) return null;
  return sealGrant(
    { scope: commitScope(members.state), epochKeys: [epochKey], recipients },
    random,
  );
}

/** The same checks run on one's own commit as on one of somebody else (protocol.md, section 3.4). */
function assertJudged(
  view: ThreadView,
  parts: Parameters<typeof judgeCommit>[0],
  { port, device, directory, nowMs }: CommitMakeGround,
): void {
  if (view.members === null) throw new PlanRefused('unanchored');
  const { deviceId, personId, signSeed } = device;
  const author = { deviceId, personId, signKey: publicKeyOf(signSeed) };
  judgeCommit(parts, {
    members: view.members,
    author,
    directory,
    port,
    acceptedAtMs: nowMs,
  });
}
