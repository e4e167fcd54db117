import { concatBytes, u64be, utf8 } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { LeafMalformed } from '../tlog-error.js';
import { HASH_BYTES } from '../tree/hash.js';
import { readU64 } from './fixed-layout.js';

/** Length of a leaf of the directory log, version 1. */
export const DIRECTORY_LEAF_BYTES = 42;
const VERSION = 1;
const WIRE_LABEL = utf8('enlace/directory/entry/v1\0');

/** A leaf of the directory log: one signed statement, by the hash of its wire. */
export interface DirectoryLeaf {
  /** The statement's type, 1 to 255. The fold compares it with the statement; it means nothing by itself. */
  readonly kind: number;
  /** The server's word, informative: statements carry their own times. */
  readonly acceptedAtMs: number;
  readonly wireDigest: Uint8Array;
}

/** `SHA-256("enlace/directory/entry/v1" || 0x00 || wire)`. */
export function digestWire(hasher: Hasher, wire: Uint8Array): Uint8Array {
  return hasher.sha256(concatBytes(WIRE_LABEL, wire));
}

/** `u8 version || u8 kind || u64 acceptedAt || 32-byte wire digest`. Throws `tlog.leaf-malformed`. */
export function encodeDirectoryLeaf(leaf: DirectoryLeaf): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(leaf.kind) || leaf.kind < 1 || leaf.kind > 255) {
    throw new LeafMalformed('not a kind of a leaf');
  }
  if (!Number.isSafeInteger(leaf.acceptedAtMs) || leaf.acceptedAtMs < 0) {
    throw new LeafMalformed('not a time of a leaf');
  }
  const bytes = concatBytes(
    Uint8Array.of(VERSION, leaf.kind),
    u64be(leaf.acceptedAtMs),
    leaf.wireDigest,
  );
  decodeDirectoryLeaf(bytes);
  return bytes;
}

// Attacker-controlled: the entries of a replicated log.
/** Refuses other lengths and versions, kind 0 and times from 2^53 with `tlog.leaf-malformed`. */
export function decodeDirectoryLeaf(leaf: Uint8Array): DirectoryLeaf {
  if (leaf.length !== DIRECTORY_LEAF_BYTES)
    throw new LeafMalformed('a directory leaf has 42 bytes');
  const [version, kind = 0] = leaf;
  if (version !== VERSION) throw new LeafMalformed('a leaf of another version');
  if (kind === 0) throw new LeafMalformed('a leaf of another kind');
  return {
    kind,
    acceptedAtMs: readU64(leaf, 2, LeafMalformed),
    wireDigest: new Uint8Array(leaf.subarray(10, 10 + HASH_BYTES)),
  };
}
