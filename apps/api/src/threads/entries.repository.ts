import { encodeThreadState } from '@enlace/contracts';
import { toHex, type ThreadId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';
import {
  answeredByCommit,
  queryPrepared,
  type PreparedStatement,
} from '../platform/database/prepared.js';
import type { PlacedEntry } from './judging/judge-entry.js';
import type { NamedBlob } from './judging/taken-entry.js';
import type {
  ErasedContent,
  LifeChange,
  Redactable,
  Redaction,
  RedactionGround,
} from './judging/deeds.js';
import type { GivenHistory, Past, PastRange } from './judging/history.js';
import { standingsOf, type LockedThread } from './judging/locked-thread.js';

/** An entry with its receipt, and the roster that was frozen with it. */
export interface ReceiptedEntry {
  readonly placed: PlacedEntry;
  readonly rosterVersion: number;
  readonly receipt: Uint8Array;
}

/** What commits and departures of one append changed. */
export interface ThreadChangeRows {
  readonly rosters: readonly { readonly version: number; readonly personIds: readonly string[] }[];
  readonly named: readonly NamedBlob[];
  readonly grants: readonly GivenHistory[];
  readonly redactions: readonly Redaction[];
  readonly lives: readonly LifeChange[];
  /** Of the newest package, where there is a newer one. */
  readonly packageHash: Uint8Array | null;
}

/** An entry as it is read. */
interface EntryRow {
  readonly seq: string;
  readonly acceptedMs: string;
  readonly entry: Buffer;
  readonly erasedBy: string | null;
}

export interface KeptEntry {
  readonly seq: number;
  readonly acceptedAtMs: number;
  /** Without its body where it was erased: header and commitment, the hash of the body, the signature. */
  readonly entry: Uint8Array;
  /** The entry that allows the erasure, 0 for the end of the term; `null` for a whole entry. */
  readonly erasedBy: number | null;
}

const APPEND = {
  name: 'append-entries',
  text: 'SELECT guard.append_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
} as const satisfies PreparedStatement;

const FILES_SQL = 'SELECT guard.use_attachments($1, $2, $3) AS "isDone"';

const PAGE_SQL = `
SELECT seq, accepted_ms AS "acceptedMs", entry, erased_by AS "erasedBy"
  FROM app.entries WHERE thread_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

// Of the entry before the page, whoever it was for: its chain is in its receipt, and says nothing of it.
const CHAIN_SQL = 'SELECT guard.chain_before($1, $2) AS chain';

const CHAINS_SQL = `
SELECT seq, guard.chain_before($1, seq + 1) AS chain FROM unnest($2::bigint[]) AS seq`;

// What the person received is asked of the rosters: what was granted does not count.
const PAST_SQL = `
SELECT (SELECT count(*)::int FROM app.entries e
          JOIN app.rosters r ON r.thread_id = e.thread_id AND r.version = e.roster_version
         WHERE e.thread_id = $1 AND e.seq BETWEEN $2 AND $3
           AND (SELECT guard.my_person()) = ANY (r.person_ids)) AS received,
       EXISTS (SELECT FROM app.entries
                WHERE thread_id = $1 AND get_byte(entry, 3) = 3 AND substring(entry FROM 5 FOR 4) = int4send($4)
                  AND substring(entry FROM 9 FOR 8) BETWEEN int8send($5) AND int8send($6)) AS "isForNamed"`;

const TARGETS_SQL = `
SELECT seq::float8 AS seq, kind, device_id AS "deviceId", erased_by IS NOT NULL AS "isErased"
  FROM app.entries WHERE thread_id = $1 AND seq = ANY ($2) ORDER BY seq`;
// The last snapshot but one: what is older, two of them cover.
const COMPACTED_SQL = `
SELECT seq::float8 AS seq FROM app.entries WHERE thread_id = $1 AND kind = 'record-snapshot'
 ORDER BY seq DESC OFFSET 1 LIMIT 1`;
const ERASED_SQL = `
SELECT entries::float8 AS entries, attachments::float8 AS attachments FROM guard.count_erased($1, $2)`;

/** All SQL of entries. */
@Injectable()
export class EntriesRepository {
  /** One statement for all of it: the end of the log, the entries, and what they change. Its answer is the commit's. */
  append(
    tx: Transaction,
    entries: readonly ReceiptedEntry[],
    { after, change }: { readonly after: LockedThread; readonly change: ThreadChangeRows | null },
  ): void {
    const [first] = entries;
    const last = entries.at(-1);
    if (first === undefined || last === undefined) throw new TypeError('an append without entries');
    const values = [
      after.threadId,
      first.placed.head.seq,
      entries.map(({ placed }) => placed.entry.header.entryId),
      entries.map(({ placed }) => placed.entry.header.kind),
      entries.map(({ placed }) => placed.head.acceptedAtMs),
      entries.map(({ rosterVersion }) => rosterVersion),
      entries.map(({ placed }) => Buffer.from(placed.bytes)),
      entries.map(({ receipt }) => Buffer.from(receipt)),
      Buffer.from(last.placed.hash),
      after.epoch,
      Buffer.from(after.head.chain),
      after.rosterVersion,
      change === null ? null : JSON.stringify(changeOf(after, change)),
    ];
    answeredByCommit(tx, queryPrepared(tx, APPEND, values));
  }

  /** Files of an entry that was appended in this transaction; false when one of them cannot be named by its author. */
  async nameFiles(
    tx: Transaction,
    {
      threadId,
      seq,
      attachments,
    }: {
      readonly threadId: ThreadId;
      readonly seq: number;
      readonly attachments: readonly string[];
    },
  ): Promise<boolean> {
    const rows: readonly { readonly isDone: boolean }[] = await tx.query(FILES_SQL, [
      threadId,
      seq,
      attachments,
    ]);
    return rows[0]?.isDone === true;
  }

  /** Entries after a sequence that the person of the session may read. */
  async page(
    tx: Transaction,
    threadId: ThreadId,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<readonly KeptEntry[]> {
    const rows: readonly EntryRow[] = await tx.query(PAGE_SQL, [threadId, after, limit]);
    return rows.map(({ seq, acceptedMs, entry, erasedBy }) => ({
      seq: Number(seq),
      acceptedAtMs: Number(acceptedMs),
      erasedBy: erasedBy === null ? null : Number(erasedBy),
      entry,
    }));
  }

  /** The chain before an entry of a thread in which the person stands; `null` before the first. */
  async chainBefore(tx: Transaction, threadId: ThreadId, seq: number): Promise<Uint8Array | null> {
    const rows: readonly { readonly chain: Buffer | null }[] = await tx.query(CHAIN_SQL, [
      threadId,
      seq,
    ]);
    return rows[0]?.chain ?? null;
  }

  async redactable(
    tx: Transaction,
    threadId: ThreadId,
    targets: readonly number[],
  ): Promise<RedactionGround> {
    const entries: readonly Redactable[] = await tx.query(TARGETS_SQL, [threadId, targets]);
    const [older]: readonly { readonly seq: number }[] = await tx.query(COMPACTED_SQL, [threadId]);
    return { entries, compactedBelow: older?.seq ?? 0 };
  }

  /** What the entry at the sequence, which shredded the thread, has erased. */
  async countErased(tx: Transaction, threadId: ThreadId, by: number): Promise<ErasedContent> {
    const [row]: readonly ErasedContent[] = await tx.query(ERASED_SQL, [threadId, by]);
    return row ?? { entries: 0, attachments: 0 };
  }

  async past(tx: Transaction, threadId: ThreadId, range: PastRange): Promise<Past> {
    const { fromSeq, toSeq, incarnation, fromEpoch, toEpoch } = range;
    const [past]: readonly Past[] = await tx.query(PAST_SQL, [
      threadId,
      fromSeq,
      toSeq,
      incarnation,
      fromEpoch,
      toEpoch,
    ]);
    if (past === undefined) throw new TypeError('a query of one row without a row');
    return past;
  }

  /** The chain at each of the sequences that the log of the thread has. */
  async chainsAt(
    tx: Transaction,
    threadId: ThreadId,
    seqs: readonly number[],
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    if (seqs.length === 0) return new Map();
    const rows: readonly { readonly seq: string; readonly chain: Buffer | null }[] = await tx.query(
      CHAINS_SQL,
      [threadId, seqs],
    );
    return new Map(
      rows.flatMap(({ seq, chain }) => (chain === null ? [] : [[Number(seq), chain]])),
    );
  }
}

function changeOf(
  after: LockedThread,
  { rosters, named, grants, redactions, lives, packageHash }: ThreadChangeRows,
) {
  return {
    state: encodeThreadState(after.state),
    leaves: after.leaves,
    left: after.left,
    states: after.states,
    members: standingsOf(after),
    rosters,
    named: named.map(({ sha256, ...rest }) => ({ ...rest, sha256: toHex(sha256) })),
    grants,
    redactions,
    lives,
    packageHash: packageHash === null ? null : toHex(packageHash),
  };
}
