import {
  encodeThreadState,
  parseThreadState,
  type ListedHead,
  type SuiteName,
  type State,
  type ThreadState,
} from '@enlace/contracts';
import {
  toBase64Url,
  toHex,
  type CaseId,
  type EntryId,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import { translateDatabaseError, WriteConflict } from '../platform/database/database-errors.js';
import type { Transaction } from '../platform/database/database.js';
import { queryPrepared, type PreparedStatement } from '../platform/database/prepared.js';
import { Refusal } from '../platform/problem/refusal.js';
import type { KnownLeaf, LockedThread, Standing } from './judging/locked-thread.js';

interface LockedRow {
  readonly caseId: CaseId;
  readonly originator: State;
  readonly states: readonly State[];
  readonly suite: SuiteName;
  readonly status: LockedThread['status'];
  readonly incarnation: string;
  readonly epoch: string;
  readonly lastSeq: string;
  readonly chain: Buffer;
  readonly acceptedMs: string;
  readonly rosterVersion: string;
  readonly state: string;
  readonly leaves: readonly KnownLeaf[];
  readonly left: readonly PersonId[];
  readonly standing: Standing;
  readonly deviceSeq: string | null;
  readonly lastHash: Buffer | null;
  readonly receipts: readonly Buffer[];
  readonly hasOwnHold: boolean;
  readonly isCaseHeld: boolean;
  readonly retainUntil: Date | null;
}

/** A thread as a reader stands in it. */
export interface SeenThread {
  readonly threadId: ThreadId;
  readonly caseId: CaseId;
  readonly originator: State;
  readonly states: readonly State[];
  readonly status: LockedThread['status'];
  readonly standing: Standing;
  readonly incarnation: number;
  readonly epoch: number;
  readonly seq: number;
  readonly chain: Uint8Array;
}

type SeenRow = Omit<SeenThread, 'incarnation' | 'epoch' | 'seq'> & {
  readonly incarnation: string;
  readonly epoch: string;
  readonly seq: string;
};

const LOCK = {
  name: 'lock-thread',
  text: `
SELECT case_id AS "caseId", originator, states, suite, status, incarnation, epoch, last_seq AS "lastSeq", chain,
       accepted_ms AS "acceptedMs", roster_version AS "rosterVersion", state, leaves, left_persons AS "left", standing,
       device_seq AS "deviceSeq", last_hash AS "lastHash", receipts, has_own_hold AS "hasOwnHold",
       is_case_held AS "isCaseHeld", retain_until AS "retainUntil"
  FROM guard.lock_thread($1, $2)`,
} as const satisfies PreparedStatement;

// Of the own threads alone, also where the policies of the rows would not say so.
const SEEN_SQL = `
SELECT t.thread_id AS "threadId", t.case_id AS "caseId", t.originator, t.states, t.status, m.standing, t.incarnation,
       t.epoch, t.last_seq AS seq, t.chain
  FROM app.threads t
  JOIN app.thread_members m ON m.thread_id = t.thread_id AND m.person_id = (SELECT guard.my_person())`;
const FIND_SQL = `${SEEN_SQL} WHERE t.thread_id = $1`;
const LIST_SQL = `${SEEN_SQL} ORDER BY t.thread_id`;

const USED_SQL = 'SELECT guard.used_approvals($1, $2) AS used';

const OPEN_SQL = `
SELECT guard.open_thread($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;

const NO_HASH = new Uint8Array(32);

/** What opens a thread, as it is kept. */
export interface OpenedThread {
  readonly state: ThreadState;
  readonly leaf: KnownLeaf;
  readonly chain: Uint8Array;
  readonly acceptedAtMs: number;
  readonly packageHash: Uint8Array;
  readonly package: Uint8Array;
  readonly entryId: EntryId;
  readonly entry: Uint8Array;
  readonly entryHash: Uint8Array;
  readonly receipt: Uint8Array;
}

/** All SQL of threads as a whole. Those of others do not exist for it. */
@Injectable()
export class ThreadsRepository {
  /**
   * Holds the thread until the end of the transaction; `null` for whoever does not stand in it. With it come the first
   * receipts of those of the entries that the device has appended before.
   */
  async lock(
    tx: Transaction,
    threadId: ThreadId,
    entryIds: readonly EntryId[],
  ): Promise<{ readonly thread: LockedThread; readonly receipts: readonly Uint8Array[] } | null> {
    const [row] = await queryPrepared<LockedRow>(tx, LOCK, [threadId, entryIds]);
    if (row === undefined) return null;
    const { caseId, originator, states, suite, status, leaves, left, standing, receipts } = row;
    const { hasOwnHold, isCaseHeld, retainUntil } = row;
    return {
      thread: {
        threadId,
        caseId,
        originator,
        states,
        suite,
        status,
        leaves,
        left,
        standing,
        hasOwnHold,
        isCaseHeld,
        isHeld: hasOwnHold || isCaseHeld,
        retainUntil: retainUntil?.toISOString() ?? null,
        incarnation: Number(row.incarnation),
        epoch: Number(row.epoch),
        head: {
          seq: Number(row.lastSeq),
          chain: row.chain,
          acceptedAtMs: Number(row.acceptedMs),
        },
        rosterVersion: Number(row.rosterVersion),
        state: parseThreadState(row.state),
        device: { seq: Number(row.deviceSeq ?? 0), lastHash: row.lastHash ?? NO_HASH },
      },
      receipts,
    };
  }

  /** Those of the nonces, hexadecimal, that approvals in the log of the thread had. */
  async usedApprovals(
    tx: Transaction,
    threadId: ThreadId,
    nonces: readonly string[],
  ): Promise<readonly string[]> {
    if (nonces.length === 0) return [];
    const bytes = nonces.map((nonce) => Buffer.from(nonce, 'hex'));
    const [row]: readonly { readonly used: readonly Buffer[] }[] = await tx.query(USED_SQL, [
      threadId,
      bytes,
    ]);
    return row?.used.map(toHex) ?? [];
  }

  /** `null` for whoever does not stand in it. */
  async find(tx: Transaction, threadId: ThreadId): Promise<SeenThread | null> {
    const rows: readonly SeenRow[] = await tx.query(FIND_SQL, [threadId]);
    const [row] = rows;
    return row === undefined ? null : seen(row);
  }

  /** The heads of all threads in which the person stands. */
  async listHeads(tx: Transaction): Promise<readonly ListedHead[]> {
    const rows: readonly SeenRow[] = await tx.query(LIST_SQL);
    return rows.map((row) => {
      const { threadId, seq, epoch, incarnation, chain } = seen(row);
      return { threadId, seq, epoch, incarnation, chain: toBase64Url(chain) };
    });
  }

  /** Throws `thread.not-found` when the id is taken: whose it is, is not said. */
  async open(tx: Transaction, opened: OpenedThread): Promise<void> {
    const { state, leaf } = opened;
    await tx
      .query(OPEN_SQL, [
        state.threadId,
        state.caseId,
        state.policy.states,
        state.suite,
        Buffer.from(opened.chain),
        opened.acceptedAtMs,
        encodeThreadState(state),
        JSON.stringify([leaf]),
        Buffer.from(opened.packageHash),
        Buffer.from(opened.package),
        opened.entryId,
        Buffer.from(opened.entry),
        Buffer.from(opened.receipt),
        Buffer.from(opened.entryHash),
      ])
      .catch((error: unknown) => {
        if (!(translateDatabaseError(error) instanceof WriteConflict)) throw error;
        throw new Refusal('thread.not-found', { cause: error });
      });
  }
}

function seen({ incarnation, epoch, seq, ...row }: SeenRow): SeenThread {
  return {
    ...row,
    incarnation: Number(incarnation),
    epoch: Number(epoch),
    seq: Number(seq),
  };
}
