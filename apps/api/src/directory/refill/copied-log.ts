import { readFile } from 'node:fs/promises';

import type { LoggedStatement } from '@enlace/contracts';
import { equalBytes, formatInstant, isDomainError } from '@enlace/kernel';
import { hashLeaf, RootBuilder, type TreeHead } from '@enlace/tlog';
import { parseLogCopy, type LogCopy } from '@enlace/trust';

import { StartupRefusal } from '../../platform/config/startup-refusal.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { leafOf } from '../directory-log.js';

/** A copy of the statements log that somebody brings, and which trees it makes up. Believed for nothing by itself. */
export class CopiedLog {
  readonly #hashes: readonly Uint8Array[];

  private constructor(private readonly copy: LogCopy) {
    this.#hashes = copy.entries.map((entry) => hashLeaf(nodeTlogCrypto, leafOf(entry)));
  }

  /** Throws `StartupRefusal` for a file that cannot be read, or is no copy of a log. */
  static async read(path: string): Promise<CopiedLog> {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new StartupRefusal(['--refill: the copy cannot be read'], { cause });
    });
    try {
      return new CopiedLog(parseLogCopy(text));
    } catch (cause) {
      if (!isDomainError(cause)) throw cause;
      throw new StartupRefusal(['--refill: the file is no copy of a log of statements'], { cause });
    }
  }

  get size(): number {
    return this.#hashes.length;
  }

  get checkpoint(): string | null {
    return this.copy.checkpoint;
  }

  /** Whether the first statements of the copy, as many as the head says, are the ones under its root. */
  holds({ size, root }: TreeHead): boolean {
    if (size > this.size) return false;
    const tree = new RootBuilder(nodeTlogCrypto);
    for (const hash of this.#hashes.slice(0, size)) tree.push(hash);
    return equalBytes(tree.root(), root);
  }

  /** A stretch of it, in the order of the log. */
  statements(from: number, to: number): readonly LoggedStatement[] {
    return this.copy.entries.slice(from, to).map(({ acceptedAtMs, wire }, at) => ({
      index: from + at,
      acceptedAt: formatInstant(acceptedAtMs),
      wire,
    }));
  }
}
