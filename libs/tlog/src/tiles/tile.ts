import type { Hasher } from '../tlog-crypto.js';
import { HASH_BYTES, hashNode } from '../tree/hash.js';
import { perfectSubtrees, type LeafRange } from '../tree/subtrees.js';

/** Refused by `hashNode` and equal to no hash: what a tile does not hold has no root. */
const NO_HASH = new Uint8Array(0);

/**
 * Every node below and above the hashes of a tile: row 0 holds the hashes, row k the roots over each whole 2^k of
 * them. A full tile ends with its root in row 8.
 */
export type TileRows = readonly (readonly Uint8Array[])[];

/** Hashes in the bytes of a tile. */
export function widthOf(hashes: Uint8Array): number {
  return hashes.length / HASH_BYTES;
}

export function growRows(hasher: Hasher, hashes: Uint8Array): TileRows {
  let row: readonly Uint8Array[] = Array.from({ length: widthOf(hashes) }, (_, at) =>
    hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
  const rows = [row];
  while (row.length > 1) {
    const below = row;
    row = Array.from({ length: Math.floor(below.length / 2) }, (_, at) =>
      hashNode(hasher, below[2 * at] ?? NO_HASH, below[2 * at + 1] ?? NO_HASH),
    );
    rows.push(row);
  }
  return rows;
}

/** The root over an aligned power of two of hashes, by their positions in the tile. */
export function subtreeRoot(rows: TileRows, { start, end }: LeafRange): Uint8Array {
  const height = Math.log2(end - start);
  return rows[height]?.[start / 2 ** height] ?? NO_HASH;
}

/** The roots of the perfect subtrees of a partial tile, largest first. */
export function subtreesOfTile(hasher: Hasher, hashes: Uint8Array): readonly Uint8Array[] {
  const rows = growRows(hasher, hashes);
  return perfectSubtrees({ start: 0, end: widthOf(hashes) }).map((range) =>
    subtreeRoot(rows, range),
  );
}
