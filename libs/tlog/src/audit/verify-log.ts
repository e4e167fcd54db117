import { equalBytes, type Branded } from '@enlace/kernel';

import { parseEntryBundle } from '../tiles/entry-bundle.js';
import { widthOf } from '../tiles/tile.js';
import { TILE_WIDTH } from '../tiles/tile-path.js';
import {
  appendTiles,
  edgeRoot,
  EMPTY_EDGE,
  type StoredTile,
  type TileReader,
  type TreeEdge,
} from '../tiles/tree-edge.js';
import type { Hasher } from '../tlog-crypto.js';
import { BundleMalformed, LogDiverged, RolledBack, RootMismatch } from '../tlog-error.js';
import { assertHead, HASH_BYTES, hashLeaf, type TreeHead } from '../tree/hash.js';
import { markVerified } from '../verified.js';

/**
 * A whole log to read: its tiles and its entries, asked for in order, so that it may fetch ahead. Nothing is
 * believed.
 */
export interface LogSource extends TileReader {
  /** The bundle below a tile of level 0 (C2SP tlog-tiles, "Log entries"); bounds its own downloads. */
  readBundle(bundle: { readonly index: number; readonly width: number }): Promise<Uint8Array>;
}

export interface LogClaim {
  /** From a verified checkpoint. */
  readonly head: TreeHead;
  /** Earlier heads that the log signed, in any order: they narrow down where a history was rewritten. */
  readonly earlier?: readonly TreeHead[];
  /** Called with each entry in order, before it is known whether the log verifies: collect, conclude afterwards. */
  readonly visit?: (index: number, entry: Uint8Array) => void;
}

/** A head over entries that were all read: every earlier head and every served tile is of the same tree. */
export type VerifiedLog = Branded<Readonly<TreeHead>, 'VerifiedLog'>;

/** The first leaf below the first served hash that is not the one computed from the entries. */
interface TileDifference {
  readonly level: number;
  readonly index: number;
  readonly firstLeaf: number;
}

/**
 * Reads all entries of a log once, in order, and rebuilds every tile and root from them. Memory: one bundle and the
 * edge. Throws
 * - `tlog.log-diverged`: the entries are not those that were signed. Facts `firstIndex`, `lastIndex`: the first wrong
 * entry
 *   lies between two signed heads; both are the same where a served tile of the old history still tells the entry.
 * - `tlog.root-mismatch`: the entries are right and a served tile is not. Facts `level`, `index`.
 * - `tlog.bundle-malformed`: fact `index` of the first entry of the bundle.
 * - `tlog.rolled-back`: an earlier head is larger than `head`; `tlog.empty-tree`; and what the source throws.
 */
export async function verifyLog(
  hasher: Hasher,
  source: LogSource,
  claim: LogClaim,
): Promise<VerifiedLog> {
  const { head, earlier = [] } = claim;
  const rebuild = new Rebuild(hasher, source, orderHeads(earlier, head));
  while (rebuild.size < head.size) {
    const first = rebuild.size;
    const entries = await readEntries(source, first, head.size);
    entries.forEach((entry, at) => claim.visit?.(first + at, entry));
    await rebuild.append(entries.map((entry) => hashLeaf(hasher, entry)));
  }
  await rebuild.finish();
  return markVerified<'VerifiedLog', TreeHead>({ size: head.size, root: head.root });
}

function orderHeads(earlier: readonly TreeHead[], head: TreeHead): readonly TreeHead[] {
  const heads = [...earlier, head];
  heads.forEach(assertHead);
  const larger = earlier.find(({ size }) => size > head.size);
  if (larger) {
    throw new RolledBack('the log signed a larger head before', {
      facts: { knownSize: larger.size, size: head.size },
    });
  }
  return heads.toSorted((a, b) => a.size - b.size);
}

// Attacker-controlled: the bundle. Its width is fixed by the head, not by its length.
async function readEntries(
  source: LogSource,
  first: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  const bundle = { index: first / TILE_WIDTH, width: Math.min(TILE_WIDTH, size - first) };
  const bytes = await source.readBundle(bundle);
  try {
    return parseEntryBundle(bytes, bundle.width);
  } catch (cause) {
    throw new BundleMalformed('a bundle cannot be read', { cause, facts: { index: first } });
  }
}

class Rebuild {
  #edge: TreeEdge = EMPTY_EDGE;
  /** Heads before this one were compared. */
  #nextHead = 0;
  /** Size of the largest signed head that the entries agree with. */
  #agreed = 0;
  #difference: TileDifference | null = null;

  constructor(
    private readonly hasher: Hasher,
    private readonly reader: TileReader,
    /** Ascending. */
    private readonly heads: readonly TreeHead[],
  ) {}

  get size(): number {
    return this.#edge.size;
  }

  /** Stops at each signed size on the way, because only there a root is known. */
  async append(leafHashes: readonly Uint8Array[]): Promise<void> {
    let rest = leafHashes;
    while (rest.length > 0) {
      await this.#compareHeads();
      const stop = this.heads[this.#nextHead]?.size ?? Infinity;
      const next = rest.slice(0, stop - this.size);
      rest = rest.slice(next.length);
      const { edge, tiles } = appendTiles(this.hasher, this.#edge, next);
      this.#edge = edge;
      await this.#compareTiles(tiles.filter(({ hashes }) => widthOf(hashes) === TILE_WIDTH));
    }
  }

  /** The partial tiles last: until then they were other tiles. */
  async finish(): Promise<void> {
    await this.#compareHeads();
    await this.#compareTiles(this.#partialTiles());
    if (this.#difference === null) return;
    const { level, index } = this.#difference;
    throw new RootMismatch('a served tile is not of the tree', { facts: { level, index } });
  }

  /** All heads of the size reached: two that differ cannot both agree. */
  async #compareHeads(): Promise<void> {
    if (this.heads[this.#nextHead]?.size !== this.size) return;
    const root = edgeRoot(this.hasher, this.#edge);
    for (let head = this.heads[this.#nextHead]; head?.size === this.size;) {
      if (!equalBytes(head.root, root)) throw await this.#divergence();
      this.#nextHead += 1;
      head = this.heads[this.#nextHead];
    }
    this.#agreed = this.size;
  }

  async #divergence(): Promise<LogDiverged> {
    await this.#compareTiles(this.#partialTiles());
    const { level = 1, firstLeaf = 0 } = this.#difference ?? {};
    const isTold = level === 0 && firstLeaf >= this.#agreed;
    return new LogDiverged('the entries are not those that were signed', {
      facts: isTold
        ? { firstIndex: firstLeaf, lastIndex: firstLeaf }
        : { firstIndex: this.#agreed, lastIndex: Math.max(this.#agreed, this.size - 1) },
    });
  }

  #partialTiles(): readonly StoredTile[] {
    return this.#edge.partials
      .map((hashes, level) => ({
        level,
        index: Math.floor(this.size / TILE_WIDTH ** (level + 1)),
        hashes,
      }))
      .filter(({ hashes }) => hashes.length > 0);
  }

  async #compareTiles(tiles: readonly StoredTile[]): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      if (this.#difference !== null) return;
      const served = await this.reader.readTile({ level, index, width: widthOf(hashes) });
      const at = firstDifference(hashes, served);
      if (at === null) continue;
      const position = index * TILE_WIDTH + Math.floor(at / HASH_BYTES);
      this.#difference = { level, index, firstLeaf: position * TILE_WIDTH ** level };
    }
  }
}

/** Where the served bytes leave the expected ones; a shorter answer ends there. A longer one is cut. */
function firstDifference(expected: Uint8Array, served: Uint8Array): number | null {
  const at = expected.findIndex((byte, position) => byte !== served[position]);
  return at === -1 ? null : at;
}
