import { equalBytes } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { RootMismatch, TileShort } from '../tlog-error.js';
import {
  assertHash,
  assertHead,
  assertSize,
  HASH_BYTES,
  joinSubtrees,
  type TreeHead,
} from '../tree/hash.js';
import { growRows, subtreeRoot, subtreesOfTile } from './tile.js';
import { TILE_WIDTH, tilesOfSize, type HashTile } from './tile-path.js';

const FULL_TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const NO_BYTES = new Uint8Array(0);
const WHOLE_TILE = { start: 0, end: TILE_WIDTH };

/** The right edge of a tree: all that appending needs. At most 255 hashes a level. */
export interface TreeEdge {
  readonly size: number;
  /** The bytes of each level's partial tile, empty where a level has none. */
  readonly partials: readonly Uint8Array[];
}

/** A tile to store. A tile that was partial before begins with its old bytes: rows only grow. */
export interface StoredTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

export interface ExtendedTree extends TreeHead {
  readonly edge: TreeEdge;
  readonly tiles: readonly StoredTile[];
}

/** Where tiles come from: a database, a web server, a folder. Nothing it returns is believed. */
export interface TileReader {
  /**
   * The first `32 * width` bytes of the tile; a longer answer is cut, so that a full tile may stand in for a partial
   * one (C2SP tlog-tiles, "Partial Tiles"). Bounds its own downloads: no tile has more than 8,192 bytes. May be
   * called for several tiles at once.
   */
  readTile(tile: HashTile): Promise<Uint8Array>;
}

/** The edge of the tree without leaves. */
export const EMPTY_EDGE: TreeEdge = Object.freeze({ size: 0, partials: Object.freeze([]) });

/**
 * Appends leaf hashes, in order, to a tree of which only the edge is known. Returns the new edge and head, and every
 * tile that came to be or grew. The work is that of the new leaves and at most 255 hashes a level, whatever the size.
 * The caller stores tiles and head in one transaction and serves none of them before its commit.
 */
export function extendTiles(
  hasher: Hasher,
  edge: TreeEdge,
  leafHashes: readonly Uint8Array[],
): ExtendedTree {
  const appended = appendTiles(hasher, edge, leafHashes);
  return { ...appended, size: appended.edge.size, root: edgeRoot(hasher, appended.edge) };
}

/** As `extendTiles`, without the root: for whoever asks for it at few sizes. */
export function appendTiles(
  hasher: Hasher,
  edge: TreeEdge,
  leafHashes: readonly Uint8Array[],
): Pick<ExtendedTree, 'edge' | 'tiles'> {
  assertEdge(edge);
  leafHashes.forEach(assertHash);
  const size = edge.size + leafHashes.length;
  assertSize(size);
  const tiles: StoredTile[] = [];
  const partials = [...edge.partials];
  let arriving = leafHashes;
  let before = edge.size;
  for (let level = 0; arriving.length > 0; level += 1) {
    const row = joinHashes(partials[level] ?? NO_BYTES, arriving);
    const firstTile = Math.floor(before / TILE_WIDTH);
    const grown = cutTiles(row).map((hashes, at) => ({ level, index: firstTile + at, hashes }));
    const full = grown.filter(({ hashes }) => hashes.length === FULL_TILE_BYTES);
    tiles.push(...grown);
    partials[level] = row.subarray(full.length * FULL_TILE_BYTES);
    arriving = full.map(({ hashes }) => subtreeRoot(growRows(hasher, hashes), WHOLE_TILE));
    before = firstTile;
  }
  return { edge: { size, partials }, tiles };
}

/** The root of the whole tree, from its edge alone. */
export function edgeRoot(hasher: Hasher, edge: TreeEdge): Uint8Array {
  assertEdge(edge);
  const subtrees = edge.partials.map((hashes) => subtreesOfTile(hasher, hashes));
  return joinSubtrees(hasher, subtrees.toReversed().flat());
}

/**
 * Reads the edge of a tree and checks it against the head. Throws `tlog.tile-short` for a tile with too few hashes and
 * `tlog.root-mismatch` when the edge is of another tree.
 */
export async function openEdge(
  hasher: Hasher,
  reader: TileReader,
  head: TreeHead,
): Promise<TreeEdge> {
  assertHead(head);
  const partials = await Promise.all(
    tilesOfSize(head.size).map(async ({ level, fullTiles, partialWidth }) =>
      partialWidth === 0
        ? NO_BYTES
        : readWholeTile(reader, { level, index: fullTiles, width: partialWidth }),
    ),
  );
  const edge = { size: head.size, partials };
  if (!equalBytes(edgeRoot(hasher, edge), head.root)) {
    throw new RootMismatch('the right edge of the tiles has another root', {
      facts: { size: head.size },
    });
  }
  return edge;
}

// Attacker-controlled: the bytes of a tile, until their hash is compared.
/** A copy of exactly the tile's hashes. Throws `tlog.tile-short`. */
export async function readWholeTile(reader: TileReader, tile: HashTile): Promise<Uint8Array> {
  const bytes = await reader.readTile(tile);
  const lengthBytes = tile.width * HASH_BYTES;
  if (bytes.length < lengthBytes) {
    throw new TileShort('a tile has too few hashes', {
      facts: { level: tile.level, index: tile.index, lengthBytes: bytes.length },
    });
  }
  return new Uint8Array(bytes.subarray(0, lengthBytes));
}

function joinHashes(first: Uint8Array, rest: readonly Uint8Array[]): Uint8Array {
  const row = new Uint8Array(first.length + rest.length * HASH_BYTES);
  row.set(first);
  for (const [at, hash] of rest.entries()) row.set(hash, first.length + at * HASH_BYTES);
  return row;
}

function cutTiles(row: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(row.length / FULL_TILE_BYTES) }, (_, at) =>
    row.subarray(at * FULL_TILE_BYTES, (at + 1) * FULL_TILE_BYTES),
  );
}

function assertEdge(edge: TreeEdge): void {
  const widths = tilesOfSize(edge.size).map(({ partialWidth }) => partialWidth * HASH_BYTES);
  const isWhole =
    edge.partials.length === widths.length &&
    edge.partials.every((hashes, level) => hashes.length === widths[level]);
  if (!isWhole) throw new TileShort('the edge has not the hashes of its size');
}
