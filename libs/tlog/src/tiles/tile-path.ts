import { assertSize } from '../tree/hash.js';
import { TilePathMalformed } from '../tlog-error.js';

/** Hashes or entries in a full tile: a subtree of height 8 (C2SP tlog-tiles, "Merkle Tree"). */
export const TILE_WIDTH = 256;
/** Levels that a path may name; sizes below 2^53 use seven. */
const LEVEL_MAXIMUM = 63;
/** Longer than the path of any index below 2^53. */
const PATH_LIMIT_CHARACTERS = 64;

/** A tile of hashes; narrower than 256 is the partial tile at the right edge of a tree. */
export interface HashTile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A resource of a tiled log: hashes of one level, or the entries below a tile of level 0. */
export type TileAddress =
  | ({ readonly kind: 'hashes' } & HashTile)
  | { readonly kind: 'entries'; readonly index: number; readonly width: number };

/**
 * C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`. Throws `tlog.tile-path` for impossible
 * numbers.
 */
export function tilePath(address: TileAddress): string {
  const level = address.kind === 'entries' ? 0 : address.level;
  assertCoordinates(level, address.index, address.width);
  const row = address.kind === 'entries' ? 'entries' : String(level);
  const partial = address.width === TILE_WIDTH ? '' : `.p/${address.width}`;
  return `tile/${row}/${indexPath(address.index)}${partial}`;
}

// Attacker-controlled: the path of a request. The pattern has no nested repetition that could backtrack.
/** Reads the canonical spelling only; throws `tlog.tile-path` for every other. */
export function parseTilePath(path: string): TileAddress {
  const match =
    path.length > PATH_LIMIT_CHARACTERS
      ? null
      : /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  const [, kind, digits, partial] = match ?? [];
  if (kind === undefined || digits === undefined) throw new TilePathMalformed('not a tile path');
  const index = Number(digits.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const address: TileAddress =
    kind === 'entries'
      ? { kind: 'entries', index, width }
      : { kind: 'hashes', level: Number(kind), index, width };
  if (tilePath(address) !== path) throw new TilePathMalformed('not the canonical tile path');
  return address;
}

/** What one level of a tree is served as. */
export interface LevelTiles {
  readonly level: number;
  readonly fullTiles: number;
  /** 0 when no partial tile exists. */
  readonly partialWidth: number;
}

/** The tiles of a tree, level by level (C2SP tlog-tiles, "Partial Tiles"); none for size 0. */
export function tilesOfSize(size: number): readonly LevelTiles[] {
  assertSize(size);
  const levels: LevelTiles[] = [];
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / TILE_WIDTH)) {
    levels.push({
      level: levels.length,
      fullTiles: Math.floor(hashes / TILE_WIDTH),
      partialWidth: hashes % TILE_WIDTH,
    });
  }
  return levels;
}

/** Whether a tree of this size has all hashes of the tile: what a server may serve once the size is published. */
export function hasTile(size: number, address: TileAddress): boolean {
  const level = tilesOfSize(size)[address.kind === 'entries' ? 0 : address.level];
  if (level === undefined) return false;
  const hashes = level.fullTiles * TILE_WIDTH + level.partialWidth;
  return address.index * TILE_WIDTH + address.width <= hashes;
}

function indexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return groups.join('/');
}

function assertCoordinates(level: number, index: number, width: number): void {
  const isPossible =
    Number.isInteger(level) &&
    level >= 0 &&
    level <= LEVEL_MAXIMUM &&
    index >= 0 &&
    Number.isSafeInteger(index * TILE_WIDTH) &&
    Number.isInteger(index) &&
    Number.isInteger(width) &&
    width >= 1 &&
    width <= TILE_WIDTH;
  if (!isPossible) throw new TilePathMalformed('no tile has such a level, index or width');
}
