import { equalBytes } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { RootMismatch, SizeOutOfRange } from '../tlog-error.js';
import { assertIndex, joinSubtrees, type TreeHead } from '../tree/hash.js';
import {
  consistencyRanges,
  inclusionRanges,
  perfectSubtrees,
  type LeafRange,
} from '../tree/subtrees.js';
import { growRows, subtreeRoot, type TileRows } from './tile.js';
import { TILE_WIDTH } from './tile-path.js';
import { openEdge, readWholeTile, type TileReader } from './tree-edge.js';

/**
 * A tree read through its tiles. No hash leaves this class before its tile was checked: the right edge against the
 * root, a full tile against its hash one level up. So every proof made here verifies, whoever served the tiles. Tiles
 * once checked are kept; the object is for a few hundred proofs against one head, then dropped.
 */
export class VerifiedTiles {
  readonly #checked = new Map<string, Promise<TileRows>>();

  private constructor(
    readonly head: TreeHead,
    private readonly source: {
      readonly hasher: Hasher;
      readonly reader: TileReader;
      /** The partial tile of each level, none where its width is 0. */
      readonly edge: readonly TileRows[];
    },
  ) {}

  /** Reads the edge. Throws `tlog.tile-short`, `tlog.root-mismatch`, `tlog.empty-tree`, and what the reader throws. */
  static async open(hasher: Hasher, reader: TileReader, head: TreeHead): Promise<VerifiedTiles> {
    const edge = await openEdge(hasher, reader, head);
    const rows = edge.partials.map((hashes) => growRows(hasher, hashes));
    return new VerifiedTiles(head, { hasher, reader, edge: rows });
  }

  /** RFC 6962, section 2.1.1, sibling of the leaf first. Throws as `open` does, and `tlog.index-out-of-range`. */
  async inclusionProof(index: number): Promise<readonly Uint8Array[]> {
    assertIndex(index, this.head.size);
    return this.#hashRanges(inclusionRanges(index, this.head.size));
  }

  /** RFC 6962, section 2.1.2, from `size1` to this tree; `tlog.size-out-of-range` unless 0 < size1 <= size. */
  async consistencyProof(size1: number): Promise<readonly Uint8Array[]> {
    if (!Number.isSafeInteger(size1) || size1 < 1 || size1 > this.head.size) {
      throw new SizeOutOfRange('the first size must be in 1..size');
    }
    return this.#hashRanges(consistencyRanges(size1, this.head.size));
  }

  async leafHash(index: number): Promise<Uint8Array> {
    assertIndex(index, this.head.size);
    return this.#hashSubtree({ start: index, end: index + 1 });
  }

  async #hashRanges(ranges: readonly LeafRange[]): Promise<readonly Uint8Array[]> {
    return Promise.all(
      ranges.map(async (range) => {
        const subtrees = perfectSubtrees(range).map(async (subtree) => this.#hashSubtree(subtree));
        return joinSubtrees(this.source.hasher, await Promise.all(subtrees));
      }),
    );
  }

  /** The root of an aligned perfect subtree: a node of one tile. */
  async #hashSubtree({ start, end }: LeafRange): Promise<Uint8Array> {
    let [level, from, width] = [0, start, end - start];
    while (width >= TILE_WIDTH) {
      [level, from, width] = [level + 1, from / TILE_WIDTH, width / TILE_WIDTH];
    }
    const rows = await this.#tile(level, Math.floor(from / TILE_WIDTH));
    const first = from % TILE_WIDTH;
    // A copy: what was checked stays here, whatever the caller does with its proof.
    return new Uint8Array(subtreeRoot(rows, { start: first, end: first + width }));
  }

  async #tile(level: number, index: number): Promise<TileRows> {
    const fullTiles = Math.floor(this.head.size / TILE_WIDTH ** (level + 1));
    if (index >= fullTiles) return this.source.edge[level] ?? [];
    const key = `${level}/${index}`;
    const known = this.#checked.get(key);
    if (known) return known;
    const reading = this.#readFullTile(level, index);
    this.#checked.set(key, reading);
    // A failure of the reader may pass; it is reported to whoever waits and not kept.
    reading.catch(() => this.#checked.delete(key));
    return reading;
  }

  /** Climbs at most seven levels: every full tile has its hash in a tile above, and the edge is already checked. */
  async #readFullTile(level: number, index: number): Promise<TileRows> {
    const { hasher, reader } = this.source;
    const [tile, above] = await Promise.all([
      readWholeTile(reader, { level, index, width: TILE_WIDTH }),
      this.#tile(level + 1, Math.floor(index / TILE_WIDTH)),
    ]);
    const rows = growRows(hasher, tile);
    const at = index % TILE_WIDTH;
    const expected = subtreeRoot(above, { start: at, end: at + 1 });
    if (!equalBytes(subtreeRoot(rows, { start: 0, end: TILE_WIDTH }), expected)) {
      throw new RootMismatch('a tile is not the one its tree was built from', {
        facts: { level, index },
      });
    }
    return rows;
  }
}
