import type { TreeHead } from '@enlace/tlog';

import type { Transaction } from '../database/database.js';
import type { Stream } from '../tlog/log-writer.js';

/** The newest checkpoint of a log: what witnesses are asked to cosign. */
export interface OpenCheckpoint extends TreeHead {
  readonly logId: string;
  readonly origin: string;
  readonly vkey: string;
  readonly note: Uint8Array;
  /** Names of those who cosigned it already. */
  readonly cosigners: readonly string[];
}

export interface CosignatureRow {
  readonly logId: string;
  readonly size: number;
  readonly witness: string;
  readonly timeSeconds: number;
  readonly line: string;
}

/** A witness that is this late with a checkpoint is reported. */
const LATE_AFTER = '15 minutes';

/**
 * Of the log that a stream is written to, and of the one before it as long as somebody may not have seen its end. One
 * that lost entries is shown to nobody: witnesses hold more of it than there is.
 */
const NEWEST_SQL = `
SELECT l.log_id AS "logId", l.origin, l.vkey, c.size::text, c.root, c.note,
       ARRAY(SELECT k.witness FROM audit.log_cosignatures k WHERE k.log_id = l.log_id AND k.size = c.size) AS cosigners
  FROM audit.streams s JOIN audit.logs n USING (log_id)
  JOIN audit.logs l ON l.log_id = n.log_id OR (l.log_id = n.predecessor_id AND l.state = 'closed')
  JOIN LATERAL (SELECT * FROM audit.log_checkpoints k WHERE k.log_id = l.log_id ORDER BY k.size DESC LIMIT 1) c ON true
 WHERE s.stream = $1 AND l.state <> 'halted'
   AND NOT EXISTS (SELECT FROM audit.log_continuations k WHERE k.lost_id = l.log_id)
 ORDER BY l.opened_at`;

const ROOT_SQL = 'SELECT root FROM audit.log_checkpoints WHERE log_id = $1 AND size = $2';

const TREE_SQL = 'SELECT size::text, root FROM audit.logs WHERE log_id = $1';

const INSERT_SQL = `
INSERT INTO audit.log_cosignatures (log_id, size, witness, time, line) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING`;

const LAST_SIZE_SQL = `
SELECT max(size)::text AS size FROM audit.log_cosignatures WHERE log_id = $1 AND witness = $2`;

/** Late: a checkpoint above everything that the witness cosigned is older than the limit. */
const DELAY_SQL = `
INSERT INTO audit.witness_delays (log_id, witness, since)
SELECT $1, $2, min(c.signed_at) FROM audit.log_checkpoints c
 WHERE c.log_id = $1
   AND c.size > coalesce((SELECT max(k.size) FROM audit.log_cosignatures k WHERE k.log_id = $1 AND k.witness = $2), -1)
HAVING min(c.signed_at) < now() - interval '${LATE_AFTER}'
ON CONFLICT DO NOTHING RETURNING witness`;

const RECOVER_SQL =
  'DELETE FROM audit.witness_delays WHERE log_id = $1 AND witness = $2 RETURNING witness';

type StoredCheckpoint = Omit<OpenCheckpoint, 'size'> & { readonly size: string };

export async function findNewest(
  tx: Transaction,
  stream: Stream,
): Promise<readonly OpenCheckpoint[]> {
  const rows: readonly StoredCheckpoint[] = await tx.query(NEWEST_SQL, [stream]);
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

/** The root that was signed at a size; `null` when none was. */
export async function findSignedRoot(
  tx: Transaction,
  { logId, size }: Pick<CosignatureRow, 'logId' | 'size'>,
): Promise<Uint8Array | null> {
  const rows: readonly { root: Uint8Array }[] = await tx.query(ROOT_SQL, [logId, size]);
  return rows[0]?.root ?? null;
}

/** The tree that a log has now, signed or not; `null` for no log. */
export async function findTree(tx: Transaction, logId: string): Promise<TreeHead | null> {
  const rows: readonly { size: string; root: Uint8Array }[] = await tx.query(TREE_SQL, [logId]);
  const [row] = rows;
  return row === undefined ? null : { size: Number(row.size), root: row.root };
}

/** The first cosignature of a witness for a size stays. */
export async function insertCosignature(tx: Transaction, row: CosignatureRow): Promise<void> {
  const { logId, size, witness, timeSeconds, line } = row;
  await tx.query(INSERT_SQL, [logId, size, witness, timeSeconds, line]);
}

/** The largest size that the witness cosigned; 0 before the first. */
export async function findLastSize(
  tx: Transaction,
  { logId, witness }: Pick<CosignatureRow, 'logId' | 'witness'>,
): Promise<number> {
  const rows: readonly { size: string | null }[] = await tx.query(LAST_SIZE_SQL, [logId, witness]);
  return Number(rows[0]?.size ?? 0);
}

/** Whether the witness has become late with the log since somebody looked. */
export async function becameLate(
  tx: Transaction,
  { logId, witness }: Pick<CosignatureRow, 'logId' | 'witness'>,
): Promise<boolean> {
  const rows: readonly object[] = await tx.query(DELAY_SQL, [logId, witness]);
  return rows.length > 0;
}

/** Whether the witness was late, and is not any more. */
export async function wasLate(
  tx: Transaction,
  { logId, witness }: Pick<CosignatureRow, 'logId' | 'witness'>,
): Promise<boolean> {
  const answer: unknown = await tx.query(RECOVER_SQL, [logId, witness]);
  // The driver answers a DELETE with its rows and their number.
  return Array.isArray(answer) && Array.isArray(answer[0]) && answer[0].length > 0;
}
