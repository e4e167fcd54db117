import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openCheckpoint, parseVkey, type TreeHead } from '@enlace/tlog';

import { writeDurable } from '../durable-file.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import type { LogRow } from './log-rows.js';
import { fileNameOf } from './log-signer.js';

const FOLDER = 'log-heads';

/**
 * The largest checkpoint that this node signed, kept outside the database: a database that was restored from an older
 * backup does not know what it has promised, this file does.
 */
export class HighWaterFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, FOLDER);
  }

  /** The signed note, byte for byte; `null` when this node has signed none of this origin. */
  async read(origin: string): Promise<Uint8Array | null> {
    return readFile(this.#pathOf(origin)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** The head of that note; `null` for none. Throws a `TlogError` when it is another log's, or nobody's. */
  async readHead({ origin, vkey }: Pick<LogRow, 'origin' | 'vkey'>): Promise<TreeHead | null> {
    const note = await this.read(origin);
    if (note === null) return null;
    const logKeys = [parseVkey(nodeTlogCrypto, vkey)];
    return openCheckpoint(nodeTlogCrypto, note, { origin, logKeys });
  }

  /** Durable when it returns. Killed anywhere: the old note or the new one, never a part. */
  async write(origin: string, note: Uint8Array): Promise<void> {
    await writeDurable(this.#pathOf(origin), note);
  }

  #pathOf(origin: string): string {
    return join(this.#folder, `${fileNameOf(origin)}.checkpoint`);
  }
}
