import { equalBytes } from '@enlace/kernel';
import { openEdge, type TreeEdge } from '@enlace/tlog';

import type { Database, Transaction } from '../database/database.js';
import type { Stream } from '../tlog/log-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import {
  findCurrentLog,
  isWaiting,
  StoredTiles,
  takeWaiting,
  tryToLead,
  type LogRow,
} from './log-rows.js';
import { growLog } from './grow-log.js';

/** Entries that go into a log at once: one checkpoint a batch. */
export const BATCH_LIMIT = 4_096;

const SYNC_SQL = 'SET LOCAL synchronous_commit = on';

interface KnownEdge {
  readonly logId: string;
  readonly root: Uint8Array;
  readonly edge: TreeEdge;
}

/** Moves what is committed from the outbox into the log, in one transaction a batch. */
export class Integrator {
  /** The edge of each stream as this node left it; counts only while the row of the log still says the same. */
  readonly #edges = new Map<Stream, KnownEdge>();

  /** `batch`: entries that go into the log at once at most. */
  constructor(
    private readonly database: Database,
    private readonly batch = BATCH_LIMIT,
  ) {}

  /**
   * Resolves with the number of entries moved; 0 also when another node leads or the log is not open. Killed before
   * the commit: nothing happened, the outbox is whole. Killed after it: the entries are in the log, once, and
   * whoever signs next signs them. Throws a `TlogError` when the stored tree contradicts its own head: the log must
   * stop.
   */
  async integrate(stream: Stream): Promise<number> {
    const moved = await this.database.asServer((tx) => this.#move(tx, stream));
    if (moved === null) return 0;
    this.#edges.set(stream, moved);
    return moved.count;
  }

  async #move(
    tx: Transaction,
    stream: Stream,
  ): Promise<(KnownEdge & { readonly count: number }) | null> {
    if (!(await isWaiting(tx, stream))) return null;
    await tx.query(SYNC_SQL);
    if (!(await tryToLead(tx, stream))) return null;
    const log = await findCurrentLog(tx, stream, { lock: true });
    if (log?.state !== 'open') return null;
    const entries = await takeWaiting(tx, stream, this.batch);
    if (entries.length === 0) return null;
    const edge = await this.#edgeOf(tx, stream, log);
    const grown = await growLog(tx, log, { edge, entries });
    return { logId: log.logId, root: grown.root, edge: grown.edge, count: entries.length };
  }

  async #edgeOf(tx: Transaction, stream: Stream, log: LogRow): Promise<TreeEdge> {
    const known = this.#edges.get(stream);
    const isCurrent =
      known?.logId === log.logId &&
      known.edge.size === log.size &&
      equalBytes(known.root, log.root);
    if (isCurrent) return known.edge;
    return openEdge(nodeTlogCrypto, new StoredTiles(tx, log.logId), log);
  }
}
