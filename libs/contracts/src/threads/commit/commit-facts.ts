import { ByteReader, type ThreadId } from '@enlace/kernel';

import { THREAD_LIMITS } from '../thread-limits.js';
import { decodeCommitContext, type CommitContext } from './commit-context.js';
import { CommitRefused } from './commit-refused.js';
import { GROUP_SUITES, SUITE_SIZES, type SuiteName, type SuiteSizes } from './group-suites.js';
import { MlsReader } from './mls-reader.js';
import { readPathLeaf, type LeafIdentity } from './path-leaf.js';

/** The four shapes that the profile has (protocol.md, P4), by their proposals. */
export type CommitShape =
  /** None: new keys for the author. */
  | 'update'
  /** Removes alone. */
  | 'remove'
  /** External init: the author takes a leaf. */
  | 'join'
  /** Remove of the author's own old leaf, external init. */
  | 'rejoin';

/** What a commit says in clear (RFC 9420). Nothing of it is verified here; members verify all of it. */
export interface CommitFacts {
  readonly threadId: ThreadId;
  readonly incarnation: number;
  /** The epoch that the commit ends. */
  readonly epoch: number;
  readonly suite: SuiteName;
  readonly shape: CommitShape;
  /** The leaf of the author; `null` for one that joins, who takes the leftmost blank leaf. */
  readonly senderLeaf: number | null;
  /** Indexes of the leaves that it removes, in its order. */
  readonly removedLeaves: readonly number[];
  /** The leaf that it puts into the tree. Every commit has a path (protocol.md, P5). */
  readonly pathLeaf: LeafIdentity;
  readonly context: CommitContext;
}

const MLS_1_0 = 1;
const PUBLIC_MESSAGE = 1;
const SENDER = { member: 1, joiner: 4 } as const;
const COMMIT = 3;
const BY_VALUE = 1;
const PROPOSAL = { remove: 3, externalInit: 6 } as const;
const TAG_BYTES = 16;
const SIGNATURE_BYTES = 64;
/** Of a path in a tree of 100 leaves: 128 are 2 to the power of 7. */
const MOST_PATH_NODES = 7;

/**
 * Reads an `MLSMessage` that holds a commit as a `PublicMessage`, without cryptography. Throws `commit.invalid` for
 * everything but the one spelling of a commit of the profile: whoever encodes the same values writes the same bytes.
 */
// Attacker-controlled: every byte.
export function decodeCommitFacts(bytes: Uint8Array): CommitFacts {
  if (bytes.length > THREAD_LIMITS.blob) throw new CommitRefused('size');
  const reader = new MlsReader(bytes);
  assertRule(reader.u16() === MLS_1_0 && reader.u16() === PUBLIC_MESSAGE, 'wire-format');
  const group = readGroupId(reader.vector());
  const epoch = reader.u64();
  const senderLeaf = readSender(reader);
  const context = decodeCommitContext(reader.vector());
  assertRule(reader.u8() === COMMIT, 'content');
  const proposals = reader.items(THREAD_LIMITS.removalsPerCommit, readProposal);
  const { shape, removedLeaves } = shapeOf(proposals, senderLeaf);
  assertRule(reader.u8() === 1, 'path');
  const { suite, pathLeaf } = readPath(reader, proposals);
  const { hash } = SUITE_SIZES[suite];
  assertRule(reader.vector().length === SIGNATURE_BYTES, 'signature');
  assertRule(reader.vector().length === hash, 'confirmation');
  if (senderLeaf !== null) assertRule(reader.vector().length === hash, 'membership');
  reader.end();
  return { ...group, epoch, suite, shape, senderLeaf, removedLeaves, pathLeaf, context };
}

class GroupRefused extends CommitRefused {
  constructor() {
    super('group');
  }
}

/** The id of a group, 20 bytes: `threadId || u32 incarnation`. Throws `commit.invalid`, rule `group`. */
export function readGroupId(bytes: Uint8Array): { threadId: ThreadId; incarnation: number } {
  const reader = new ByteReader(bytes, GroupRefused);
  const group = { threadId: reader.id<ThreadId>(), incarnation: reader.u32() };
  reader.end();
  return group;
}

function readSender(reader: MlsReader): number | null {
  const type = reader.u8();
  if (type === SENDER.joiner) return null;
  assertRule(type === SENDER.member, 'sender');
  return readLeafIndex(reader);
}

function readLeafIndex(reader: MlsReader): number {
  const leaf = reader.u32();
  assertRule(leaf < THREAD_LIMITS.devices, 'leaf-index');
  return leaf;
}

/** A remove is the index of its leaf, an external init the length of what it encapsulates. */
type Proposal = { readonly removed: number } | { readonly encapsulatedBytes: number };

function readProposal(reader: MlsReader): Proposal {
  assertRule(reader.u8() === BY_VALUE, 'reference');
  const type = reader.u16();
  if (type === PROPOSAL.remove) return { removed: readLeafIndex(reader) };
  assertRule(type === PROPOSAL.externalInit, 'proposal');
  return { encapsulatedBytes: reader.vector().length };
}

function shapeOf(
  proposals: readonly Proposal[],
  senderLeaf: number | null,
): Pick<CommitFacts, 'shape' | 'removedLeaves'> {
  const removedLeaves = proposals.flatMap((proposal) =>
    'removed' in proposal ? [proposal.removed] : [],
  );
  const isLastInit = 'encapsulatedBytes' in (proposals.at(-1) ?? {});
  if (senderLeaf === null) {
    assertRule(isLastInit && proposals.length <= 2, 'shape');
    assertRule(removedLeaves.length === proposals.length - 1, 'shape');
    return { shape: removedLeaves.length === 0 ? 'join' : 'rejoin', removedLeaves };
  }
  assertRule(removedLeaves.length === proposals.length, 'shape');
  assertRule(new Set(removedLeaves).size === removedLeaves.length, 'removed-twice');
  // Nobody commits its own removal (RFC 9420, section 12.2).
  assertRule(!removedLeaves.includes(senderLeaf), 'own-removal');
  return { shape: removedLeaves.length === 0 ? 'update' : 'remove', removedLeaves };
}

function readPath(
  reader: MlsReader,
  proposals: readonly Proposal[],
): { suite: SuiteName; pathLeaf: LeafIdentity } {
  const suite = suiteOf(reader.vector().length);
  const sizes = SUITE_SIZES[suite];
  const isOfSuite = proposals.every(
    (proposal) => 'removed' in proposal || proposal.encapsulatedBytes === sizes.encapsulated,
  );
  assertRule(isOfSuite, 'suite');
  const pathLeaf = readPathLeaf(reader, sizes);
  reader.items(MOST_PATH_NODES, (node) => readPathNode(node, sizes));
  return { suite, pathLeaf };
}

function suiteOf(nodeKeyBytes: number): SuiteName {
  const suite = Object.values(GROUP_SUITES).find(
    (name) => SUITE_SIZES[name].nodeKey === nodeKeyBytes,
  );
  if (suite === undefined) throw new CommitRefused('suite');
  return suite;
}

function readPathNode(reader: MlsReader, sizes: SuiteSizes): void {
  assertRule(reader.vector().length === sizes.nodeKey, 'path-node');
  reader.items(THREAD_LIMITS.devices, (sealed) => {
    assertRule(sealed.vector().length === sizes.encapsulated, 'path-node');
    assertRule(sealed.vector().length === sizes.hash + TAG_BYTES, 'path-node');
  });
}

function assertRule(holds: boolean, rule: string): void {
  if (!holds) throw new CommitRefused(rule);
}
