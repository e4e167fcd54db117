import {
  applyChanges,
  changesHash,
  decodeGrantRecipients,
  parseThreadStatement,
  threadStateHash,
  type ClearBody,
  type CommitContext,
  type CommitFacts,
  type EntryHeader,
  type GrantScope,
  type ThreadChange,
  type ThreadState,
  type ThreadStatement,
} from '@enlace/contracts';
import {
  equalBytes,
  isDomainError,
  parseBase64Url,
  type DeviceId,
  type DomainError,
} from '@enlace/kernel';

import type { GroupPort } from '../../mls/group-port.js';
import { EntryRefused, EntryWaits, holdUnless } from '../alerts.js';
import type { DirectoryView } from '../view/directory-view.js';
import { factsForCommit, leavesAfter, waitingIn } from '../view/thread-facts.js';
import type { ThreadMembers } from '../view/thread-view.js';
import type { Author } from './ground.js';

/** A commit with the blobs that it names. */
export interface CommitParts {
  readonly header: EntryHeader;
  readonly body: ClearBody;
  readonly message: Uint8Array;
  readonly grant: Uint8Array | null;
}

/** What a commit is judged by: who is in the thread before it, and what the directory says as of its acceptance. */
export interface CommitGround {
  readonly members: ThreadMembers;
  readonly author: Author;
  readonly directory: DirectoryView;
  readonly port: GroupPort;
  readonly acceptedAtMs: number;
}

/** What a commit says that passed every check before the library sees it. */
export interface JudgedCommit {
  readonly statement: ThreadStatement<'commit'>;
  readonly facts: CommitFacts;
  readonly context: CommitContext;
  readonly members: ThreadMembers;
}

/**
 * Checks B1 to B7 of protocol.md, section 3.4, on the bytes alone: whether it is a commit of this thread, by its
 * author, whose changes are allowed, and which gives its key to nobody but those who wait. Throws `BAD_COMMIT`; for
 * somebody who may not join `UNAUTHORIZED`, so that an unentitled commit has no effect and ends nothing.
 */
// Attacker-controlled: every part, by the server and by the author.
export function judgeCommit(parts: CommitParts, ground: CommitGround): JudgedCommit {
  const { header, body } = parts;
  const { members, author, port } = ground;
  const statement = voided(() => parseThreadStatement('commit', body.statement));
  const facts = voided(() => port.inspect(parts.message));
  const { state } = members;
  const isPlaced =
    facts.threadId === state.threadId &&
    facts.incarnation === header.incarnation &&
    facts.epoch === header.epoch &&
    facts.suite === state.suite;
  holdUnless(isPlaced, 'BAD_COMMIT', 'place');
  assertAuthor(facts, ground);
  assertInvited(facts, statement, ground);
  const removed = facts.removedLeaves.map((leaf) => deviceAt(members, leaf));
  const applied = applyChanges(state, statement.changes, {
    act: { author, shape: facts.shape, removed, acceptedAtMs: ground.acceptedAtMs },
    facts: factsForCommit(members, statement.changes, {
      directory: ground.directory,
      atMs: ground.acceptedAtMs,
    }),
  });
  if (applied.kind === 'refused') throw refusedChange(applied.rule, ground.directory);
  const context = contextOf(header, statement, applied.state);
  holdUnless(isStated(facts, context, statement), 'BAD_COMMIT', 'context');
  const leaves = leavesAfter(members, { ...facts, author, atMs: ground.acceptedAtMs });
  holdUnless(leaves !== null, 'BAD_COMMIT', 'leaves');
  const isIn = (id: string): boolean => applied.state.members.some((one) => one.personId === id);
  const left = members.left.filter(isIn);
  const after = { ...members, state: applied.state, leaves, left };
  assertRecipients(parts, after, ground.directory);
  return { statement, facts, context, members: after };
}

function assertAuthor(
  { pathLeaf, senderLeaf }: CommitFacts,
  { members, author }: CommitGround,
): void {
  const isOwn =
    pathLeaf.deviceId === author.deviceId &&
    pathLeaf.personId === author.personId &&
    equalBytes(pathLeaf.signKey, author.signKey);
  holdUnless(isOwn, 'BAD_COMMIT', 'author');
  if (senderLeaf === null) return;
  holdUnless(deviceAt(members, senderLeaf) === author.deviceId, 'BAD_COMMIT', 'author');
}

/** P3: an External Commit is of an invited person's device, or of a member's own. */
function assertInvited(
  { senderLeaf }: CommitFacts,
  { changes }: ThreadStatement<'commit'>,
  { members, author, acceptedAtMs }: CommitGround,
): void {
  if (senderLeaf !== null) return;
  const { state, left } = members;
  const isMember = state.members.some((one) => one.personId === author.personId);
  const joins = changes.flatMap((change) => (change.op === 'join' ? [change.invitationId] : []));
  const isInvited = state.invitations.some(
    (one) =>
      one.personId === author.personId &&
      joins.includes(one.invitationId) &&
      Date.parse(one.expiresAt) > acceptedAtMs,
  );
  const mayJoin = isInvited || (isMember && !left.includes(author.personId));
  holdUnless(mayJoin, 'UNAUTHORIZED', 'invitation');
}

/** The directory may know by now what bears out a change: then the commit waits for it, and is judged again. */
function refusedChange(rule: string, directory: DirectoryView): Error {
  if (!directory.isCurrent && ['cause', 'person', 'steward'].includes(rule)) {
    return new EntryWaits({ kind: 'directory' });
  }
  return new EntryRefused('BAD_COMMIT', rule);
}

export function contextOf(
  { seenSeq, seenChain }: Pick<EntryHeader, 'seenSeq' | 'seenChain'>,
  { changes }: { readonly changes: readonly ThreadChange[] },
  after: ThreadState,
): CommitContext {
  return {
    changesHash: changesHash(changes),
    stateHash: threadStateHash(after),
    seenSeq,
    seenChain,
  };
}

function isStated(
  { context }: CommitFacts,
  expected: CommitContext,
  { stateHash }: ThreadStatement<'commit'>,
): boolean {
  return (
    equalBytes(context.changesHash, expected.changesHash) &&
    equalBytes(context.stateHash, expected.stateHash) &&
    context.seenSeq === expected.seenSeq &&
    equalBytes(context.seenChain, expected.seenChain) &&
    equalBytes(parseBase64Url(stateHash), expected.stateHash)
  );
}

function deviceAt({ leaves }: ThreadMembers, leaf: number): DeviceId {
  const known = leaves.find((one) => one.leaf === leaf);
  holdUnless(known !== undefined, 'BAD_COMMIT', 'blank-leaf');
  return known.deviceId;
}

/** What the grant of a commit gives: the key of the epoch that the commit begins. */
export function commitScope({
  threadId,
  incarnation,
  epoch,
}: Pick<ThreadState, 'threadId' | 'incarnation' | 'epoch'>): GrantScope {
  return { cause: 'invite', threadId, incarnation, fromEpoch: epoch, toEpoch: epoch };
}

/** B7: keys go to devices of persons who wait for them, and to nobody else. */
function assertRecipients(
  { grant }: CommitParts,
  after: ThreadMembers,
  directory: DirectoryView,
): void {
  if (grant === null) return;
  const { deviceIds, ...said } = voided(() => decodeGrantRecipients(grant));
  const scope = commitScope(after.state);
  const isScope =
    said.cause === scope.cause &&
    said.threadId === scope.threadId &&
    said.incarnation === scope.incarnation &&
    said.fromEpoch === scope.fromEpoch &&
    said.toEpoch === scope.toEpoch;
  holdUnless(isScope, 'BAD_COMMIT', 'grant');
  const waiting = waitingIn(after);
  for (const deviceId of deviceIds) {
    const device = directory.findDevice(deviceId);
    const isKnown = typeof device !== 'string';
    if (!isKnown && !directory.isCurrent) throw new EntryWaits({ kind: 'directory' });
    holdUnless(isKnown && waiting.has(device.personId), 'BAD_COMMIT', 'recipient');
  }
}

/** What a decoder or the port refuses makes the commit void. */
export function voided<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw voidBecause(cause);
  }
}

export function voidBecause(cause: DomainError): EntryRefused {
  const rule = String(cause.facts['rule'] ?? cause.code);
  return new EntryRefused('BAD_COMMIT', rule, { cause });
}
