import {
  applyChanges,
  changesHash,
  decodeCommitFacts,
  decodeGrantRecipients,
  parseThreadStatement,
  threadStateHash,
  THREAD_LIMITS,
  waitingPersons,
  type ClearBody,
  type CommitFacts,
  type EntryHeader,
  type ThreadFacts,
  type ThreadState,
  type ThreadStatement,
} from '@enlace/contracts';
import { equalBytes, parseBase64Url, type DeviceId } from '@enlace/kernel';
import type { Directory, VerifiedDevice } from '@enlace/trust';

import { Refusal } from '../../platform/problem/refusal.js';
import type { KnownLeaf, LockedThread } from './locked-thread.js';

/** What a commit comes with: its parts, with the blobs that they name. */
export interface CommitParts {
  readonly header: EntryHeader;
  readonly body: ClearBody;
  readonly message: Uint8Array;
  readonly grant: Uint8Array | null;
}

/** What a commit makes of a thread. */
export interface Committed {
  readonly statement: ThreadStatement<'commit'>;
  readonly state: ThreadState;
  readonly leaves: readonly KnownLeaf[];
}

interface Judging {
  readonly now: LockedThread;
  readonly device: VerifiedDevice;
  readonly directory: Directory;
  readonly facts: ThreadFacts;
  readonly acceptedAtMs: number;
}

/**
 * Whether a commit is one of this thread, without cryptography: what it says in clear agrees with its header, its
 * statement and the tree that the server knows, and its changes are allowed. Members check all of it again. Throws
 * `commit.invalid`, `grant.recipient`, `entry.malformed`.
 */
// Attacker-controlled: every part.
export function judgeCommit(parts: CommitParts, judging: Judging): Committed {
  const { header, body } = parts;
  const { now, device } = judging;
  const statement = parseThreadStatement('commit', body.statement);
  const facts = decodeCommitFacts(parts.message);
  assertRule(facts.threadId === now.threadId && facts.incarnation === now.incarnation, 'group');
  assertRule(facts.epoch === header.epoch, 'epoch');
  assertRule(facts.suite === now.suite, 'suite');
  assertAuthor(facts, now, device);
  const { context } = facts;
  const isSeen =
    context.seenSeq === header.seenSeq && equalBytes(context.seenChain, header.seenChain);
  assertRule(isSeen && equalBytes(context.changesHash, changesHash(statement.changes)), 'context');
  const removed = facts.removedLeaves.map((leaf) => deviceAt(now, leaf));
  const { deviceId, person } = device;
  const applied = applyChanges(now.state, statement.changes, {
    act: {
      author: { deviceId, personId: person.personId },
      shape: facts.shape,
      removed,
      acceptedAtMs: judging.acceptedAtMs,
    },
    facts: judging.facts,
  });
  if (applied.kind === 'refused') throw invalid(applied.rule);
  const { state } = applied;
  const stateHash = threadStateHash(state);
  const isState =
    equalBytes(stateHash, context.stateHash) &&
    equalBytes(stateHash, parseBase64Url(statement.stateHash));
  assertRule(isState, 'state');
  const leaves = leavesAfter(facts, judging);
  assertGrant(parts, { state, leaves }, judging);
  return { statement, state, leaves };
}

function assertAuthor(facts: CommitFacts, now: LockedThread, device: VerifiedDevice): void {
  const { pathLeaf, senderLeaf } = facts;
  const isOwn =
    pathLeaf.deviceId === device.deviceId &&
    pathLeaf.personId === device.person.personId &&
    equalBytes(pathLeaf.signKey, device.signKey);
  assertRule(isOwn, 'author');
  if (senderLeaf !== null) assertRule(deviceAt(now, senderLeaf) === device.deviceId, 'author');
}

function deviceAt({ leaves }: LockedThread, leaf: number): DeviceId {
  const known = leaves.find((one) => one.leaf === leaf);
  if (known === undefined) throw invalid('blank-leaf');
  return known.deviceId;
}

// Who joins takes the leftmost blank leaf (RFC 9420, section 7.7), one that the same commit blanked among them.
function leavesAfter(
  facts: CommitFacts,
  { now, device, acceptedAtMs }: Judging,
): readonly KnownLeaf[] {
  const stay = now.leaves.filter(({ leaf }) => !facts.removedLeaves.includes(leaf));
  const { deviceId, person } = device;
  if (facts.senderLeaf !== null) {
    return stay.map((one) =>
      one.deviceId === deviceId ? { ...one, updatedMs: acceptedAtMs } : one,
    );
  }
  assertRule(!stay.some((one) => one.deviceId === deviceId), 'own-leaf');
  assertRule(stay.length < THREAD_LIMITS.devices, 'limit');
  const taken = new Set(stay.map(({ leaf }) => leaf));
  const leaf = Array.from({ length: THREAD_LIMITS.devices }, (_, at) => at).find(
    (at) => !taken.has(at),
  );
  if (leaf === undefined) throw invalid('limit');
  const own = { leaf, deviceId, personId: person.personId, updatedMs: acceptedAtMs };
  return [...stay, own].toSorted((a, b) => a.leaf - b.leaf);
}

// Keys go to whoever waits for them (protocol.md, B7), and to nobody else.
function assertGrant(
  { grant }: CommitParts,
  after: Pick<Committed, 'state' | 'leaves'>,
  { directory, now }: Judging,
): void {
  if (grant === null) return;
  const said = decodeGrantRecipients(grant);
  const { threadId, incarnation, epoch } = after.state;
  const isPlaced =
    said.threadId === threadId &&
    said.incarnation === incarnation &&
    said.cause === 'invite' &&
    said.fromEpoch === epoch &&
    said.toEpoch === epoch;
  const withLeaf = new Set(after.leaves.map((one) => one.personId));
  const waiting = waitingPersons(after.state, { withLeaf, left: now.left });
  const allowed = new Set(
    [...waiting].flatMap((personId) => directory.devices.get(personId) ?? []),
  );
  if (!isPlaced || !said.deviceIds.every((deviceId) => allowed.has(deviceId))) {
    throw new Refusal('grant.recipient');
  }
}

function assertRule(holds: boolean, rule: string): void {
  if (!holds) throw invalid(rule);
}

function invalid(rule: string): Refusal {
  return new Refusal('commit.invalid', { facts: { rule } });
}
