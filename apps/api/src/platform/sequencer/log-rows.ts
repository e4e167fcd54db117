import {
  HASH_BYTES,
  type HashTile,
  type StoredTile,
  type TileReader,
  type TreeHead,
} from '@enlace/tlog';

import type { Transaction } from '../database/database.js';
import type { Stream } from '../tlog/log-writer.js';

/** A log as its row says. */
export interface LogRow extends TreeHead {
  readonly logId: string;
  readonly origin: string;
  readonly vkey: string;
  readonly state: 'open' | 'halted' | 'closed';
  readonly openedAtMs: number;
}

/** One row of the outbox, in the order in which it goes into the log. */
export interface WaitingEntry {
  readonly entryId: string;
  readonly leaf: Uint8Array;
}

/** Transaction-level: it survives poolers, and a lost connection frees it. */
const LEAD_SQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('log/' || $1, 0)) AS leads`;

const LOG_COLUMNS = `l.log_id AS "logId", l.origin, l.vkey, l.size::text, l.root, l.state,
       (extract(epoch FROM l.opened_at) * 1000)::float8 AS "openedAtMs"`;
const CURRENT_SQL = `
SELECT ${LOG_COLUMNS} FROM audit.streams s JOIN audit.logs l USING (log_id) WHERE s.stream = $1`;
const LOCK_CURRENT_SQL = `${CURRENT_SQL} FOR UPDATE OF l`;

const IS_WAITING_SQL = 'SELECT FROM audit.outbox WHERE stream = $1 LIMIT 1';

const TAKE_SQL = `
WITH batch AS (
  SELECT stream, created_at, entry_id FROM audit.outbox WHERE stream = $1 ORDER BY created_at, entry_id LIMIT $2
), taken AS (
  DELETE FROM audit.outbox o USING batch b
   WHERE o.stream = b.stream AND o.created_at = b.created_at AND o.entry_id = b.entry_id
  RETURNING o.created_at, o.entry_id, o.leaf
)
SELECT entry_id AS "entryId", leaf FROM taken ORDER BY created_at, entry_id`;

const ENTRIES_SQL = `
INSERT INTO audit.log_entries (log_id, index, entry_id, leaf, integrated_at)
SELECT $1, e.index, e.entry_id, e.leaf, now()
  FROM unnest($2::bigint[], $3::uuid[], $4::bytea[]) AS e (index, entry_id, leaf)`;

const TILES_SQL = `
INSERT INTO audit.log_tiles (log_id, level, n, hashes)
SELECT $1, t.level, t.n, t.hashes FROM unnest($2::smallint[], $3::bigint[], $4::bytea[]) AS t (level, n, hashes)
ON CONFLICT (log_id, level, n) DO UPDATE SET hashes = excluded.hashes`;

/** Compare-and-set: a second leader, however it came to be, changes nothing. */
const ADVANCE_SQL = `
WITH advanced AS (
  UPDATE audit.logs SET size = $2, root = $3 WHERE log_id = $1 AND size = $4 AND state = 'open' RETURNING 1
)
SELECT count(*)::int AS logs FROM advanced`;

const TILE_SQL = 'SELECT hashes FROM audit.log_tiles WHERE log_id = $1 AND level = $2 AND n = $3';

interface StoredLog extends Omit<LogRow, 'size'> {
  readonly size: string;
}

export async function tryToLead(tx: Transaction, stream: Stream): Promise<boolean> {
  const [row] = await tx.query(LEAD_SQL, [stream]);
  return row.leads === true;
}

/** The log that the stream is written to, `null` before the first. `lock`: nobody else changes it in the meantime. */
export async function findCurrentLog(
  tx: Transaction,
  stream: Stream,
  { lock }: { readonly lock: boolean },
): Promise<LogRow | null> {
  const rows: readonly StoredLog[] = await tx.query(lock ? LOCK_CURRENT_SQL : CURRENT_SQL, [
    stream,
  ]);
  const [row] = rows;
  return row === undefined ? null : { ...row, size: Number(row.size) };
}

/** Whether anything is waiting: a tick without work locks nothing and writes nothing. */
export async function isWaiting(tx: Transaction, stream: Stream): Promise<boolean> {
  const rows: readonly object[] = await tx.query(IS_WAITING_SQL, [stream]);
  return rows.length > 0;
}

/** Takes at most `limit` rows out of the outbox. Rows that are not committed yet are not seen and never skipped. */
export async function takeWaiting(
  tx: Transaction,
  stream: Stream,
  limit: number,
): Promise<readonly WaitingEntry[]> {
  return tx.query(TAKE_SQL, [stream, limit]);
}

export async function insertEntries(
  tx: Transaction,
  { logId, size }: LogRow,
  entries: readonly WaitingEntry[],
): Promise<void> {
  await tx.query(ENTRIES_SQL, [
    logId,
    entries.map((_, at) => size + at),
    entries.map(({ entryId }) => entryId),
    entries.map(({ leaf }) => Buffer.from(leaf)),
  ]);
}

export async function storeTiles(
  tx: Transaction,
  { logId }: LogRow,
  tiles: readonly StoredTile[],
): Promise<void> {
  await tx.query(TILES_SQL, [
    logId,
    tiles.map(({ level }) => level),
    tiles.map(({ index }) => index),
    tiles.map(({ hashes }) => Buffer.from(hashes)),
  ]);
}

/** Whether the log was still as it was read. */
export async function advanceLog(
  tx: Transaction,
  { logId, size }: LogRow,
  next: TreeHead,
): Promise<boolean> {
  const [row] = await tx.query(ADVANCE_SQL, [logId, next.size, Buffer.from(next.root), size]);
  return row.logs === 1;
}

/**
 * Tiles of a log as they are stored; a tile that is not there is empty. One statement at a time: it is one
 * connection.
 */
export class StoredTiles implements TileReader {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tx: Transaction,
    private readonly logId: string,
  ) {}

  readTile({ level, index, width }: HashTile): Promise<Uint8Array> {
    const reading = this.#last.then(async () => {
      const [row] = await this.tx.query(TILE_SQL, [this.logId, level, index]);
      const hashes: Uint8Array = row?.hashes ?? new Uint8Array();
      return hashes.subarray(0, width * HASH_BYTES);
    });
    this.#last = reading.catch(() => undefined);
    return reading;
  }
}
