import { utf8, type Clock } from '@enlace/kernel';
import {
  formatCheckpoint,
  formatNote,
  formatSignatureLine,
  openCheckpoint,
  VerifiedTiles,
  verifyGrowth,
  type TreeHead,
} from '@enlace/tlog';

import type { Database, Transaction } from '../database/database.js';
import type { Stream } from '../tlog/log-writer.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import type { HighWaterFiles } from './high-water.js';
import { findToSign, StoredTiles, type LogRow } from './log-rows.js';
import type { LogSigner, LogSigners } from './log-signer.js';

const NEWEST_NOTE_SQL = `
SELECT note FROM audit.log_checkpoints WHERE log_id = $1 ORDER BY size DESC LIMIT 1`;
const INSERT_SQL = `
INSERT INTO audit.log_checkpoints (log_id, size, root, note, signed_at)
SELECT l.log_id, $2, $3, $4, now() FROM audit.logs l WHERE l.log_id = $1 AND l.size >= $2
ON CONFLICT DO NOTHING`;

/** One moment of the database: nothing that is read can be newer than the rest. */
const SNAPSHOT_SQL = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ';

export interface PublisherPorts {
  readonly database: Database;
  readonly signers: LogSigners;
  readonly highWater: HighWaterFiles;
  readonly clock: Clock;
}

/** What there is to sign, after everything that this node or the database knows was compared with it. */
interface Unsigned {
  readonly log: LogRow;
  readonly signer: LogSigner;
  /** The file knows this head already, the database does not. */
  readonly isInFile: boolean;
}

/**
 * Signs the head of a log. Only what is committed is signed, and only after a proof that everything signed before
 * is a prefix of it: by the database, and by the file that no backup of the database takes back.
 */
export class Publisher {
  constructor(private readonly ports: PublisherPorts) {}

  /**
   * Resolves with whether it signed; it does nothing when the head is signed. A log that was closed is signed to its
   * end before the one that continues it. What this node has not the key of is left to others. Killed after signing:
   * the next one signs the same bytes again, because Ed25519 is deterministic. Killed between file and row: the row is
   * written by the next call. Throws a `TlogError` when the head does not continue what was signed: a fork, which must
   * never be signed.
   */
  async publish(stream: Stream): Promise<boolean> {
    const unsigned = await this.ports.database.asServer((tx) => this.#judgeAll(tx, stream));
    for (const head of unsigned) await this.#sign(head);
    return unsigned.length > 0;
  }

  /** Throws what `publish` throws, and signs nothing. */
  async compare(stream: Stream): Promise<void> {
    await this.ports.database.asServer((tx) => this.#judgeAll(tx, stream));
  }

  async #sign({ log, signer, isInFile }: Unsigned): Promise<void> {
    const note = await signHead(log, signer);
    if (!isInFile) await this.ports.highWater.write(log.origin, note);
    await this.ports.database.asServer((tx) =>
      tx.query(INSERT_SQL, [log.logId, log.size, Buffer.from(log.root), Buffer.from(note)]),
    );
  }

  async #judgeAll(tx: Transaction, stream: Stream): Promise<readonly Unsigned[]> {
    await tx.query(SNAPSHOT_SQL);
    const unsigned: Unsigned[] = [];
    for (const log of await findToSign(tx, stream)) {
      const signer = log.state === 'halted' ? null : await this.ports.signers.of(log);
      const judged = signer === null ? null : await this.#judge(tx, log, signer);
      if (judged !== null) unsigned.push(judged);
    }
    return unsigned;
  }

  async #judge(tx: Transaction, log: LogRow, signer: LogSigner): Promise<Unsigned | null> {
    const [newest] = await tx.query(NEWEST_NOTE_SQL, [log.logId]);
    const inDatabase = openHead(newest?.note ?? null, log, signer);
    const inFile = openHead(await this.ports.highWater.read(log.origin), log, signer);
    for (const known of [inDatabase, inFile]) await proveGrowth(tx, log, known);
    if (inDatabase?.size === log.size) return null;
    return { log, signer, isInFile: inFile?.size === log.size };
  }
}

/** A checkpoint that this log signed. Throws a `TlogError` when it is another log's, or nobody's. */
function openHead(note: Uint8Array | null, log: LogRow, signer: LogSigner): TreeHead | null {
  if (note === null) return null;
  return openCheckpoint(nodeTlogCrypto, note, { origin: log.origin, logKeys: [signer.key] });
}

/** Throws a `TlogError` when the log, as its tiles stand, is no growth of the known head. */
export async function proveGrowth(
  tx: Transaction,
  log: Pick<LogRow, 'logId' | 'size' | 'root'>,
  known: TreeHead | null,
): Promise<void> {
  const needsProof = known !== null && known.size > 0 && known.size < log.size;
  const proof = needsProof
    ? await (
        await VerifiedTiles.open(nodeTlogCrypto, new StoredTiles(tx, log.logId), log)
      ).consistencyProof(known.size)
    : [];
  verifyGrowth(nodeTlogCrypto, known, { next: { size: log.size, root: log.root }, proof });
}

async function signHead(log: LogRow, signer: LogSigner): Promise<Uint8Array> {
  const text = formatCheckpoint(log);
  return formatNote(text, [formatSignatureLine(signer.key, await signer.sign(utf8(text)))]);
}
