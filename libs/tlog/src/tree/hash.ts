import { equalBytes, parseHex } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { EmptyTree, HashLength, IndexOutOfRange, SizeOutOfRange } from '../tlog-error.js';

/** Length of every hash in a tree: SHA-256. */
export const HASH_BYTES = 32;
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
/** Filled anew for each node and never kept by the hasher; millions of fresh buffers would be most of the cost. */
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES).fill(NODE_PREFIX, 0, 1);

/** The state of a log: how many leaves, and the root over them. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 6962, section 2.1: the hash of one entry, told apart from the hash of a node by its first byte. */
export function hashLeaf(hasher: Hasher, entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + entry.length);
  input[0] = LEAF_PREFIX;
  input.set(entry, 1);
  return hasher.sha256(input);
}

/** RFC 6962, section 2.1: the hash of two subtrees. Throws `tlog.hash-length` for inputs of another length than 32. */
export function hashNode(hasher: Hasher, left: Uint8Array, right: Uint8Array): Uint8Array {
  assertHash(left);
  assertHash(right);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return hasher.sha256(nodeInput);
}

/** The root of the tree without leaves, SHA-256 of nothing; a fresh copy, because a shared one could be written to. */
export function emptyRoot(): Uint8Array {
  return parseHex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
}

/**
 * The root over perfect subtrees that stand side by side, largest first, as RFC 6962 splits a tree: the rightmost two
 * are joined, then their hash with the next one to the left. No subtree gives the empty root.
 */
export function joinSubtrees(hasher: Hasher, subtrees: readonly Uint8Array[]): Uint8Array {
  const last = subtrees.at(-1);
  if (last === undefined) return emptyRoot();
  return subtrees.slice(0, -1).reduceRight((right, left) => hashNode(hasher, left, right), last);
}

/** Throws `tlog.hash-length` unless the hash has 32 bytes. */
export function assertHash(hash: Uint8Array): void {
  if (hash.length !== HASH_BYTES) {
    throw new HashLength('a hash has another length than 32 bytes', {
      facts: { lengthBytes: hash.length },
    });
  }
}

/** Throws `tlog.size-out-of-range` for what is no safe integer >= 0, also when a JSON parser has rounded it. */
export function assertSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new SizeOutOfRange('a tree size is no safe integer >= 0');
  }
}

/** Throws `tlog.index-out-of-range` unless 0 <= index < size. */
export function assertIndex(index: number, size: number): void {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new IndexOutOfRange('an index is not below the size of its tree');
  }
}

/** Throws unless the size is a size, the root a hash, and the root of size 0 the empty root (`tlog.empty-tree`). */
export function assertHead(head: TreeHead): void {
  assertSize(head.size);
  assertHash(head.root);
  if (head.size === 0 && !equalBytes(head.root, emptyRoot())) {
    throw new EmptyTree('a tree of size 0 has another root than the hash of nothing');
  }
}
