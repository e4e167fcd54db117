import type { HashTile, StoredTile, TileReader } from '@enlace/tlog';

/** Tiles kept in memory, one row a tile as the server keeps them. `reads` counts what was asked for. */
export class MemoryTiles implements TileReader {
  readonly rows = new Map<string, Uint8Array>();
  reads = 0;

  store(tiles: readonly StoredTile[]): void {
    for (const { level, index, hashes } of tiles) {
      this.rows.set(`${level}/${index}`, Uint8Array.from(hashes));
    }
  }

  readTile({ level, index, width }: HashTile): Promise<Uint8Array> {
    this.reads += 1;
    const row = this.rows.get(`${level}/${index}`) ?? new Uint8Array();
    return Promise.resolve(row.subarray(0, width * 32));
  }
}
