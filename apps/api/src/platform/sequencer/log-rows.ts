import {
  emptyRoot,
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

/** What is closed and not signed to its end, oldest first; then the current log, whose head is looked at always. */
const TO_SIGN_SQL = `
SELECT ${LOG_COLUMNS} FROM audit.logs l LEFT JOIN audit.streams s USING (log_id)
 WHERE l.stream = $1 AND (s.stream IS NOT NULL OR (l.state = 'closed' AND l.size > 0 AND NOT EXISTS (
   SELECT FROM audit.log_checkpoints c WHERE c.log_id = l.log_id AND c.size = l.size)))
 ORDER BY s.stream IS NOT NULL, l.opened_at`;

const IS_WAITING_SQL = 'SELECT FROM audit.outbox WHERE stream = $1 LIMIT 1';

const TAKE_SQL = `
WITH batch AS (
  SELECT stream, written FROM audit.outbox WHERE stream = $1 ORDER BY written LIMIT $2
), taken AS (
  DELETE FROM audit.outbox o USING batch b WHERE o.stream = b.stream AND o.written = b.written
  RETURNING o.written, o.entry_id, o.leaf
)
SELECT entry_id AS "entryId", leaf FROM taken ORDER BY written`;

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

/** In this order, whatever their place in the outbox: what begins or ends a log stands where it must. */
const TAKE_THESE_SQL = `
WITH taken AS (DELETE FROM audit.outbox WHERE stream = $1 AND entry_id = ANY ($2::uuid[]) RETURNING entry_id, leaf)
SELECT entry_id AS "entryId", leaf FROM taken ORDER BY array_position($2::uuid[], entry_id)`;

const INSERT_LOG_SQL = `
INSERT INTO audit.logs (log_id, stream, origin, vkey, size, root, state, opened_at, predecessor_id)
VALUES ($1, $2, $3, $4, 0, $5, 'open', to_timestamp($6::double precision / 1000), $7)`;

const CLOSE_SQL = `UPDATE audit.logs SET state = 'closed' WHERE log_id = $1`;

const NEWEST_HEAD_SQL = `
SELECT c.size::text, c.root FROM audit.log_checkpoints c WHERE c.log_id = $1 ORDER BY c.size DESC LIMIT 1`;

const TAKE_BACK_SQL = 'SELECT guard.take_back_unsigned($1)';

/** A log ends at what it signed last. */
const CUT_SQL = `UPDATE audit.logs SET state = 'closed', size = $2, root = $3 WHERE log_id = $1`;

const CONTINUE_SQL =
  'INSERT INTO audit.log_continuations (log_id, lost_id, wire) VALUES ($1, $2, $3)';

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

/** The logs of a stream whose heads may have to be signed, in that order. */
export async function findToSign(tx: Transaction, stream: Stream): Promise<readonly LogRow[]> {
  const rows: readonly StoredLog[] = await tx.query(TO_SIGN_SQL, [stream]);
  return rows.map(({ size, ...row }) => ({ ...row, size: Number(size) }));
}

/** Whether anything is waiting: a tick without work locks nothing and writes nothing. */
export async function isWaiting(tx: Transaction, stream: Stream): Promise<boolean> {
  const rows: readonly object[] = await tx.query(IS_WAITING_SQL, [stream]);
  return rows.length > 0;
}

/**
 * Takes at most `limit` rows out of the outbox, in the order in which they were written. Rows that are not committed
 * yet are not seen and never skipped.
 */
export async function takeWaiting(
  tx: Transaction,
  stream: Stream,
  limit: number,
): Promise<readonly WaitingEntry[]> {
  return tx.query(TAKE_SQL, [stream, limit]);
}

/** Takes exactly these out of the outbox, in the given order. Throws when one is not there. */
export async function takeThese(
  tx: Transaction,
  stream: Stream,
  ids: readonly string[],
): Promise<readonly WaitingEntry[]> {
  const taken: readonly WaitingEntry[] = await tx.query(TAKE_THESE_SQL, [stream, ids]);
  if (taken.length !== ids.length) throw new Error('an entry is not in the outbox');
  return taken;
}

export interface NewLog {
  readonly logId: string;
  readonly stream: Stream;
  readonly origin: string;
  readonly vkey: string;
  readonly openedAtMs: number;
  readonly predecessorId: string | null;
}

/** An empty log that nothing is written to yet. */
export async function insertLog(tx: Transaction, log: NewLog): Promise<LogRow> {
  const { logId, stream, origin, vkey, openedAtMs, predecessorId } = log;
  const root = emptyRoot();
  const row = [logId, stream, origin, vkey, Buffer.from(root), openedAtMs, predecessorId];
  await tx.query(INSERT_LOG_SQL, row);
  return { logId, origin, vkey, size: 0, root, state: 'open', openedAtMs };
}

export async function closeLog(tx: Transaction, { logId }: Pick<LogRow, 'logId'>): Promise<void> {
  await tx.query(CLOSE_SQL, [logId]);
}

/** The newest head that was signed of a log; `null` for none. */
export async function findNewestHead(
  tx: Transaction,
  { logId }: Pick<LogRow, 'logId'>,
): Promise<TreeHead | null> {
  const rows: readonly { size: string; root: Uint8Array }[] = await tx.query(NEWEST_HEAD_SQL, [
    logId,
  ]);
  const [row] = rows;
  return row === undefined ? null : { size: Number(row.size), root: row.root };
}

/** Closes a halted log at the newest head that was signed; what stands above it waits in the outbox again. */
export async function takeBackUnsigned(
  tx: Transaction,
  { logId }: Pick<LogRow, 'logId'>,
  signed: TreeHead,
): Promise<void> {
  await tx.query(TAKE_BACK_SQL, [logId]);
  await tx.query(CUT_SQL, [logId, signed.size, Buffer.from(signed.root)]);
}

/** What let a log go on after another one lost entries. */
export async function insertContinuation(
  tx: Transaction,
  {
    logId,
    lostId,
    wire,
  }: { readonly logId: string; readonly lostId: string; readonly wire: string },
): Promise<void> {
  await tx.query(CONTINUE_SQL, [logId, lostId, wire]);
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
