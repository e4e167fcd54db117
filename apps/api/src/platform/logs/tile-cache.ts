/** About 8 MiB of full tiles of hashes; bundles are twice as large. */
const TILES_LIMIT = 1_024;

/**
 * What nodes keep of tiles and bundles, by their full address. Nothing in it is ever out of date: the bytes below an
 * address of a published tree do not change.
 */
export class TileCache {
  /** In the order of last use. */
  readonly #tiles = new Map<string, Uint8Array>();

  find(address: string): Uint8Array | null {
    const tile = this.#tiles.get(address);
    if (tile === undefined) return null;
    this.#tiles.delete(address);
    this.#tiles.set(address, tile);
    return tile;
  }

  keep(address: string, tile: Uint8Array): void {
    this.#tiles.set(address, tile);
    if (this.#tiles.size <= TILES_LIMIT) return;
    const [oldest] = this.#tiles.keys();
    if (oldest !== undefined) this.#tiles.delete(oldest);
  }
}
