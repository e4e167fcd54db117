import type { StateCode } from '@enlace/contracts';

import type { Transaction } from '../database/database.js';

/** A leaf of an act, and whom it concerns. */
export interface ConcerningLeaf {
  readonly index: number;
  readonly leaf: Uint8Array;
  /** Null: the event of the leaf is not there. */
  readonly states: readonly string[] | null;
}

/** The newest manifest of one State in a log. */
export interface LastManifest {
  readonly state: StateCode;
  readonly toIndex: number;
  /** Where it stands in the log; null while it waits in the outbox. */
  readonly index: number | null;
  readonly issuedAtMs: number;
}

export interface ManifestRange {
  readonly logId: string;
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** Leaves that are read at once. */
const PAGE = 4_096;

/** Transaction-level, as the lock of the sequencer: one node issues, or closes the log, at a time. */
const LEAD_SQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('manifests', 0)) AS leads`;

const LAST_SQL = `
SELECT DISTINCT ON (m.state) m.state, m.to_index::text AS "toIndex", e.index::text,
       (extract(epoch FROM m.issued_at) * 1000)::float8 AS "issuedAtMs"
  FROM audit.manifests m LEFT JOIN audit.log_entries e ON e.entry_id = m.event_id
 WHERE m.log_id = $1 ORDER BY m.state, m.to_index DESC`;

/** Leaves of kind 1 alone: manifests and the life of the log are nobody's acts. */
const LEAVES_SQL = `
SELECT e.index::text, e.leaf, v.states
  FROM audit.log_entries e LEFT JOIN audit.events v ON v.event_id = e.entry_id
 WHERE e.log_id = $1 AND e.index >= $2 AND e.index < $3 AND get_byte(e.leaf, 1) = 1
 ORDER BY e.index LIMIT ${PAGE}`;

const INSERT_SQL = `
INSERT INTO audit.manifests (log_id, state, from_index, to_index, previous_to, event_id, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::double precision / 1000))`;

export async function tryToIssue(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query(LEAD_SQL);
  return row.leads === true;
}

/** The newest manifest of each State in the log. */
export async function findLast(tx: Transaction, logId: string): Promise<readonly LastManifest[]> {
  const rows: readonly (Omit<LastManifest, 'toIndex' | 'index'> & {
    readonly toIndex: string;
    readonly index: string | null;
  })[] = await tx.query(LAST_SQL, [logId]);
  return rows.map(({ toIndex, index, ...row }) => ({
    ...row,
    toIndex: Number(toIndex),
    index: index === null ? null : Number(index),
  }));
}

/** Visits all leaves of acts in the range, in their order, a page at a time. */
export async function visitLeaves(
  tx: Transaction,
  { logId, fromIndex, toIndex }: ManifestRange,
  visit: (leaf: ConcerningLeaf) => void,
): Promise<void> {
  for (let from = fromIndex; ;) {
    const rows: readonly (Omit<ConcerningLeaf, 'index'> & { readonly index: string })[] =
      await tx.query(LEAVES_SQL, [logId, from, toIndex]);
    for (const { index, ...row } of rows) visit({ ...row, index: Number(index) });
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    from = Number(last.index) + 1;
  }
}

export async function insertManifest(
  tx: Transaction,
  { logId, fromIndex, toIndex }: ManifestRange,
  issued: { readonly state: StateCode; readonly eventId: string; readonly issuedAtMs: number },
): Promise<void> {
  const { state, eventId, issuedAtMs } = issued;
  const previousTo = fromIndex === 0 ? null : fromIndex;
  const row = [logId, state, fromIndex, toIndex, previousTo, eventId, issuedAtMs];
  await tx.query(INSERT_SQL, row);
}
