import {
  formatEntryBundle,
  HASH_BYTES,
  hasTile,
  TILE_WIDTH,
  tilePath,
  type TileAddress,
} from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import { Database, type Transaction } from '../database/database.js';
import type { Stream } from '../tlog/log-writer.js';
import { TileCache } from './tile-cache.js';

/** What an end of a log says: its leaf, and the section of the event that the leaf commits to. */
export interface PublishedTurn {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digests: Uint8Array;
  readonly salt: Uint8Array;
  readonly body: Uint8Array;
}

/** A log as it may be shown: up to its newest signed checkpoint, and not one entry further. */
export interface PublishedLog {
  readonly logId: string;
  readonly stream: Stream;
  readonly origin: string;
  readonly vkey: string;
  readonly state: 'open' | 'halted' | 'closed';
  readonly predecessor: string | null;
  /** What States signed so that this log goes on where its predecessor lost entries; null for every other one. */
  readonly continuation: string | null;
  readonly opening: PublishedTurn | null;
  readonly closing: PublishedTurn | null;
  /** Of the newest checkpoint; 0 when nothing was signed yet. */
  readonly size: number;
}

/** How far back a checkpoint with enough cosignatures is looked for. */
const COSIGNED_LIMIT = 50;

interface CheckpointRow {
  readonly size: string;
  readonly note: Buffer;
}

interface LogRow extends Omit<PublishedLog, 'size' | 'opening' | 'closing'> {
  readonly size: string;
}

interface TurnRow extends Omit<PublishedTurn, 'index'> {
  readonly logId: string;
  readonly position: 'opening' | 'closing';
  readonly index: string;
}

const LOGS_SQL = `
SELECT l.log_id AS "logId", l.stream, l.origin, l.vkey, l.state, p.origin AS predecessor,
       (SELECT k.wire FROM audit.log_continuations k WHERE k.log_id = l.log_id) AS continuation,
       coalesce((SELECT max(c.size) FROM audit.log_checkpoints c WHERE c.log_id = l.log_id), 0)::text AS size
  FROM audit.logs l LEFT JOIN audit.logs p ON p.log_id = l.predecessor_id`;
const LIST_SQL = `${LOGS_SQL} ORDER BY l.stream, l.opened_at, l.origin`;
const TURNS_SQL = `
SELECT t.log_id AS "logId", t.position, t.index::text, e.leaf, t.digests, t.salt, t.body
  FROM audit.log_turns t JOIN audit.log_entries e ON e.log_id = t.log_id AND e.index = t.index`;
/** The last part of a name tells the logs of a stream apart; the directory has one log, without that part. */
const FIND_SQL = `${LOGS_SQL} WHERE l.stream = $1 AND split_part(l.origin, '/', 2) = $2`;

const NEWEST_SQL = `
SELECT c.size::text, c.note FROM audit.log_checkpoints c WHERE c.log_id = $1 ORDER BY c.size DESC LIMIT 1`;
const AT_SQL = 'SELECT size::text, note FROM audit.log_checkpoints WHERE log_id = $1 AND size = $2';
const COSIGNED_SQL = `
SELECT c.size::text, c.note FROM audit.log_checkpoints c
 WHERE c.log_id = $1 AND EXISTS (SELECT FROM audit.log_cosignatures k WHERE k.log_id = c.log_id AND k.size = c.size)
 ORDER BY c.size DESC LIMIT ${COSIGNED_LIMIT}`;
const COSIGNATURES_SQL = `
SELECT line FROM audit.log_cosignatures WHERE log_id = $1 AND size = $2 ORDER BY witness`;

const HASHES_SQL = `
SELECT substring(hashes FROM 1 FOR $4) AS hashes FROM audit.log_tiles WHERE log_id = $1 AND level = $2 AND n = $3`;
const ENTRIES_SQL = `
SELECT leaf FROM audit.log_entries WHERE log_id = $1 AND index >= $2 AND index < $3 ORDER BY index`;

/** The logs as C2SP tlog-tiles serves them. Who may read what is decided by whoever asks. */
@Injectable()
export class PublishedLogs {
  readonly #cache = new TileCache();

  constructor(private readonly database: Database) {}

  /** All logs of all streams, oldest first. */
  async list(): Promise<readonly PublishedLog[]> {
    const rows = await this.#query<LogRow>(LIST_SQL);
    const turns = await this.#query<TurnRow>(TURNS_SQL);
    return rows.map((row) => published(row, turns));
  }

  /**
   * The log of a stream by the last part of its name, empty where names have none; `null` when there is none. What its
   * ends say is left out.
   */
  async find(stream: Stream, part: string): Promise<PublishedLog | null> {
    const [row] = await this.#query<LogRow>(FIND_SQL, [stream, part]);
    return row === undefined ? null : published(row, []);
  }

  /** The newest checkpoint with the cosignatures that it has; `null` when nothing was signed yet. */
  async checkpoint({ logId }: PublishedLog): Promise<Uint8Array | null> {
    const [newest] = await this.#checkpoints(NEWEST_SQL, [logId]);
    return newest ?? null;
  }

  /** The checkpoint of a size with all its cosignatures; `null` when none was signed. */
  async checkpointAt({ logId }: PublishedLog, size: number): Promise<Uint8Array | null> {
    const [signed] = await this.#checkpoints(AT_SQL, [logId, size]);
    return signed ?? null;
  }

  /** The newest checkpoints that somebody cosigned, newest first; at most 50. */
  async cosigned({ logId }: PublishedLog): Promise<readonly Uint8Array[]> {
    return this.#checkpoints(COSIGNED_SQL, [logId]);
  }

  /**
   * A tile of hashes or a bundle of entries of the published tree; `null` where that has none. Partial ones of every
   * size that was ever published stay: a row holds them all as its beginnings.
   */
  async read(log: PublishedLog, address: TileAddress): Promise<Uint8Array | null> {
    if (!hasTile(log.size, address)) return null;
    const name = `${log.logId}/${tilePath(address)}`;
    const known = this.#cache.find(name);
    if (known !== null) return known;
    const bytes =
      address.kind === 'hashes'
        ? await this.#hashes(log, address)
        : await this.#entries(log, address);
    if (bytes !== null) this.#cache.keep(name, bytes);
    return bytes;
  }

  async #hashes(
    { logId }: PublishedLog,
    { level, index, width }: Extract<TileAddress, { kind: 'hashes' }>,
  ): Promise<Uint8Array | null> {
    const bytes = width * HASH_BYTES;
    const [row] = await this.#query<{ hashes: Buffer }>(HASHES_SQL, [logId, level, index, bytes]);
    return row?.hashes.length === bytes ? row.hashes : null;
  }

  async #entries(
    { logId }: PublishedLog,
    { index, width }: Extract<TileAddress, { kind: 'entries' }>,
  ): Promise<Uint8Array | null> {
    const first = index * TILE_WIDTH;
    const rows = await this.#query<{ leaf: Buffer }>(ENTRIES_SQL, [logId, first, first + width]);
    return rows.length === width ? formatEntryBundle(rows.map(({ leaf }) => leaf)) : null;
  }

  async #checkpoints(
    sql: string,
    [logId, ...more]: readonly [string, ...number[]],
  ): Promise<readonly Uint8Array[]> {
    return this.database.beforeSignIn(async (tx) => {
      const rows: readonly CheckpointRow[] = await tx.query(sql, [logId, ...more]);
      const notes: Uint8Array[] = [];
      for (const row of rows) notes.push(await withCosignatures(tx, logId, row));
      return notes;
    });
  }

  async #query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.database.beforeSignIn(async (tx) => tx.query(sql, [...parameters]));
  }
}

function published({ size, ...row }: LogRow, turns: readonly TurnRow[]): PublishedLog {
  const at = (position: TurnRow['position']): PublishedTurn | null => {
    const turn = turns.find((each) => each.logId === row.logId && each.position === position);
    return turn === undefined ? null : { ...turn, index: Number(turn.index) };
  };
  const closing = at('closing');
  // A closing leaf that is not under a checkpoint yet is not shown either.
  const isSigned = closing !== null && closing.index < Number(size);
  return { ...row, size: Number(size), opening: at('opening'), closing: isSigned ? closing : null };
}

async function withCosignatures(
  tx: Transaction,
  logId: string,
  { size, note }: CheckpointRow,
): Promise<Uint8Array> {
  const rows: readonly { line: string }[] = await tx.query(COSIGNATURES_SQL, [logId, size]);
  return Buffer.concat([note, Buffer.from(rows.map(({ line }) => `${line}\n`).join(''))]);
}
