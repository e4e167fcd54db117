import type { State } from '@enlace/contracts';
import type { CaseId, PersonId, ThreadId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { Database } from '../platform/database/database.js';
import type { PreparedStatement } from '../platform/database/prepared.js';
import { DELIVERY_DATABASE } from '../platform/tokens.js';

/** A thread as whoever delivers sees it. */
export interface ThreadEnd {
  readonly threadId: ThreadId;
  readonly lastSeq: number;
  /** Whether somebody who was asked for stands in it. */
  readonly isLocal: boolean;
  readonly caseId: CaseId;
  readonly originator: State;
  readonly states: readonly State[];
}

/** Where reading goes on in a thread. */
export interface ReadFrom {
  readonly threadId: ThreadId;
  readonly after: number;
  /** The roster that is known. */
  readonly rosterVersion: number;
}

/** A committed entry, and whom it is for. */
export interface CommittedEntry {
  readonly threadId: ThreadId;
  readonly seq: number;
  readonly acceptedAtMs: number;
  /** `null` when its body was erased before it was delivered: whoever was away fetches what is left. */
  readonly entry: Uint8Array | null;
  readonly rosterVersion: number;
  /** `null` for the roster that was known. */
  readonly personIds: readonly PersonId[] | null;
}

/** Whole numbers of 64 bits come as text. */
type EndRow = Omit<ThreadEnd, 'lastSeq'> & { readonly lastSeq: string };
interface EntryRow {
  readonly threadId: ThreadId;
  readonly seq: string;
  readonly acceptedMs: string;
  readonly rosterVersion: string;
  readonly entry: Buffer | null;
  readonly personIds: readonly PersonId[] | null;
}

const END_COLUMNS = `
t.thread_id AS "threadId", t.last_seq AS "lastSeq", t.case_id AS "caseId", t.originator, t.states`;

const OF_PERSON = {
  name: 'ends-of-person',
  text: `
SELECT ${END_COLUMNS}, true AS "isLocal"
  FROM app.thread_members m JOIN app.threads t USING (thread_id) WHERE m.person_id = $1`,
} as const satisfies PreparedStatement;

const LOOK = {
  name: 'look-at-ends',
  text: `
WITH local AS (SELECT DISTINCT thread_id FROM app.thread_members WHERE person_id = ANY ($2::uuid[]))
SELECT ${END_COLUMNS}, l.thread_id IS NOT NULL AS "isLocal"
  FROM app.threads t LEFT JOIN local l USING (thread_id)
 WHERE l.thread_id IS NOT NULL OR t.thread_id = ANY ($1::uuid[])`,
} as const satisfies PreparedStatement;

const AMONG = {
  name: 'ends-among',
  text: `
SELECT ${END_COLUMNS}, true AS "isLocal"
  FROM app.threads t
 WHERE t.thread_id = ANY ($1::uuid[]) AND EXISTS (
   SELECT FROM app.thread_members m WHERE m.thread_id = t.thread_id AND m.person_id = ANY ($2::uuid[]))`,
} as const satisfies PreparedStatement;

const READ = {
  name: 'read-deliveries',
  text: `
SELECT k.thread_id AS "threadId", e.seq, e.accepted_ms AS "acceptedMs", e.roster_version AS "rosterVersion", e.entry,
       r.person_ids AS "personIds"
  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS k (thread_id, after, roster)
 CROSS JOIN LATERAL (
   SELECT seq, accepted_ms, roster_version, CASE WHEN erased_by IS NULL THEN entry END AS entry FROM app.entries
    WHERE thread_id = k.thread_id AND seq > k.after ORDER BY seq LIMIT $4) e
  LEFT JOIN app.rosters r ON e.roster_version <> k.roster AND r.thread_id = k.thread_id AND r.version = e.roster_version
 ORDER BY k.thread_id, e.seq`,
} as const satisfies PreparedStatement;

const MEMBERS = {
  name: 'thread-members',
  text: 'SELECT person_id AS "personId" FROM app.thread_members WHERE thread_id = $1',
} as const satisfies PreparedStatement;

const BEACON = {
  name: 'newest-beacon',
  text: `
SELECT counter, beacon FROM app.beacons WHERE thread_id = $1 AND device_id = $2`,
} as const satisfies PreparedStatement;

/** All SQL of deliveries, in their own role. It reads what is committed, of all threads, and has no keys. */
@Injectable()
export class DeliveryRepository {
  constructor(@Inject(DELIVERY_DATABASE) private readonly database: Database) {}

  /** Threads in which a person stands. */
  async ofPerson(personId: PersonId): Promise<readonly ThreadEnd[]> {
    return this.#ends(OF_PERSON, [personId]);
  }

  /** These threads, and all in which one of the persons stands. */
  async look(
    threads: readonly ThreadId[],
    persons: readonly PersonId[],
  ): Promise<readonly ThreadEnd[]> {
    return this.#ends(LOOK, [threads, persons]);
  }

  /** Those of the threads in which one of the persons stands. */
  async among(
    threads: readonly ThreadId[],
    persons: readonly PersonId[],
  ): Promise<readonly ThreadEnd[]> {
    return this.#ends(AMONG, [threads, persons]);
  }

  /** The next entries of each thread in their order, at most so many of each. */
  async read(from: readonly ReadFrom[], limit: number): Promise<readonly CommittedEntry[]> {
    const rows = await this.database.ask<EntryRow>(READ, [
      from.map(({ threadId }) => threadId),
      from.map(({ after }) => after),
      from.map(({ rosterVersion }) => rosterVersion),
      limit,
    ]);
    return rows.map(({ threadId, seq, acceptedMs, rosterVersion, entry, personIds }) => ({
      threadId,
      seq: Number(seq),
      acceptedAtMs: Number(acceptedMs),
      rosterVersion: Number(rosterVersion),
      entry,
      personIds,
    }));
  }

  /** Whoever stands in a thread at this moment. */
  async members(threadId: ThreadId): Promise<readonly PersonId[]> {
    const rows = await this.database.ask<{ readonly personId: PersonId }>(MEMBERS, [threadId]);
    return rows.map(({ personId }) => personId);
  }

  /** The newest beacon of a device in a thread. */
  async beacon(
    threadId: ThreadId,
    deviceId: string,
  ): Promise<{ readonly counter: number; readonly bytes: Uint8Array } | null> {
    const [row] = await this.database.ask<{ readonly counter: string; readonly beacon: Buffer }>(
      BEACON,
      [threadId, deviceId],
    );
    return row === undefined ? null : { counter: Number(row.counter), bytes: row.beacon };
  }

  async #ends(
    statement: PreparedStatement,
    values: readonly unknown[],
  ): Promise<readonly ThreadEnd[]> {
    const rows = await this.database.ask<EndRow>(statement, values);
    return rows.map(({ lastSeq, ...row }) => ({ ...row, lastSeq: Number(lastSeq) }));
  }
}
