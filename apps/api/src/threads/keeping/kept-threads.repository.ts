import type { State, ThreadListed } from '@enlace/contracts';
import { formatInstant, toBase64Url, type CaseId, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';
import type { ErasedContent } from '../judging/deeds.js';

const LIST_SQL = `
SELECT t.thread_id AS "threadId", t.case_id AS "caseId", t.originator, t.states, t.status, m.standing
  FROM app.threads t
  JOIN app.thread_members m ON m.thread_id = t.thread_id AND m.person_id = (SELECT guard.my_person())
 WHERE $1::uuid IS NULL OR t.thread_id > $1 ORDER BY t.thread_id LIMIT $2`;
const HALVES_SQL = 'SELECT thread_id AS "threadId", half FROM guard.shred_halves($1, $2)';
// The code of the strictest entry of a range that the person may read.
const STRICTEST_SQL = `
SELECT coalesce(max(get_byte(entry, 3)), 0) AS code FROM app.entries WHERE thread_id = $1 AND seq BETWEEN $2 AND $3`;
const DUE_SQL = `
SELECT thread_id AS "threadId", case_id AS "caseId", originator, states, entries::float8 AS entries,
       attachments::float8 AS attachments
  FROM guard.shred_due($1)`;

interface HalfRow {
  readonly threadId: ThreadId;
  readonly half: Buffer | null;
}

/** A thread that the end of its term has shredded. */
export interface ShreddedThread extends ErasedContent {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly originator: State;
  readonly states: readonly State[];
}

/** All SQL of lists of threads, and of how long they are kept. */
@Injectable()
export class KeptThreadsRepository {
  /** Those in which the person stands, from the one after `after` on, without their halves. */
  async list(
    tx: Transaction,
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly Omit<ThreadListed, 'shredHalf'>[]> {
    return tx.query(LIST_SQL, [after, limit]);
  }

  /**
   * The server's halves of those threads in which the person is a member; `null` for a thread that has none yet, beyond
   * as many as `fresh` has for them.
   */
  async halves(
    tx: Transaction,
    threads: readonly ThreadId[],
    fresh: readonly Uint8Array[],
  ): Promise<ReadonlyMap<ThreadId, string | null>> {
    const rows: readonly HalfRow[] = await tx.query(HALVES_SQL, [
      threads,
      fresh.map((half) => Buffer.from(half)),
    ]);
    return new Map(
      rows.map(({ threadId, half }) => [threadId, half === null ? null : toBase64Url(half)]),
    );
  }

  async strictestHandling(
    tx: Transaction,
    threadId: ThreadId,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<number> {
    const [row]: readonly { readonly code: number }[] = await tx.query(STRICTEST_SQL, [
      threadId,
      from,
      to,
    ]);
    return row?.code ?? 0;
  }

  /** In the role `enl_sequencer`: shreds one thread whose term is over; `null` when there is none. */
  async shredDue(tx: Transaction, nowMs: number): Promise<ShreddedThread | null> {
    const [row]: readonly ShreddedThread[] = await tx.query(DUE_SQL, [formatInstant(nowMs)]);
    return row ?? null;
  }
}
