import type { Hasher } from '../tlog-crypto.js';
import { HASH_BYTES, hashNode } from '../tree/hash.js';
import { perfectSubtrees } from '../tree/subtrees.js';

/** Refused by `hashNode`: what is no perfect tree gets no root. */
const NO_HASH = new Uint8Array(0);

/** Hashes in the bytes of a tile. */
export function widthOf(hashes: Uint8Array): number {
  return hashes.length / HASH_BYTES;
}

export function hashAt(hashes: Uint8Array, position: number): Uint8Array {
  return hashes.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
}

/** The root over a power of two of hashes: of a full tile, or of an aligned part of one. */
export function hashPerfectTree(hasher: Hasher, hashes: Uint8Array): Uint8Array {
  let row: Uint8Array[] = Array.from({ length: widthOf(hashes) }, (_, at) => hashAt(hashes, at));
  while (row.length > 1) {
    const pairs = row;
    row = Array.from({ length: Math.ceil(pairs.length / 2) }, (_, at) =>
      hashNode(hasher, pairs[2 * at] ?? NO_HASH, pairs[2 * at + 1] ?? NO_HASH),
    );
  }
  return new Uint8Array(row[0] ?? NO_HASH);
}

/** The perfect subtrees of a partial tile, largest first. */
export function subtreesOfTile(hasher: Hasher, hashes: Uint8Array): readonly Uint8Array[] {
  return perfectSubtrees({ start: 0, end: widthOf(hashes) }).map(({ start, end }) =>
    hashPerfectTree(hasher, hashes.subarray(start * HASH_BYTES, end * HASH_BYTES)),
  );
}
