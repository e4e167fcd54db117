import type { RequestShown } from '@enlace/contracts';
import { formatInstant, toBase64Url, type OfficeId, type RequestId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

type RequestRow = Omit<RequestShown, 'statusAt' | 'versionHash'> & {
  readonly statusAt: Date;
  readonly versionHash: Uint8Array | null;
  readonly officeId: OfficeId;
  readonly isDisclosed: boolean;
};

/** A row as the person of the session may see it, with what the answer does not tell. */
export interface TrackedRequest {
  readonly shown: RequestShown;
  readonly officeId: OfficeId;
  /** The requested State knows of it. */
  readonly isDisclosed: boolean;
}

/** What begins a request. */
export interface NewRequest {
  readonly requestId: RequestId;
  readonly requestedState: string;
  readonly previousRequestId: string | null;
}

export interface RequestStep {
  readonly from: RequestShown['status'];
  readonly to: RequestShown['status'];
  readonly isReported: boolean;
  readonly formalReference: string | null;
  readonly versionHash: Uint8Array | null;
}

// Of the own State alone, and of others from when they were shared: also where no policy of the rows would say so.
const SELECT_SQL = `
SELECT r.request_id AS "requestId", r.requesting_state AS "requestingState", r.requested_state AS "requestedState",
       r.status, r.status_at AS "statusAt", r.formal_reference AS "formalReference", r.version_hash AS "versionHash",
       to_char(m.next_reminder_on, 'YYYY-MM-DD') AS "nextReminderOn", r.previous_request_id AS "previousRequestId",
       r.requesting_office AS "officeId", r.is_disclosed AS "isDisclosed"
  FROM app.requests r
  LEFT JOIN app.request_reminders m ON m.request_id = r.request_id AND r.requesting_state = (SELECT guard.my_state())
 WHERE (r.requesting_state = (SELECT guard.my_state())
    OR r.is_disclosed AND r.requested_state = (SELECT guard.my_state()))`;
const FIND_SQL = `${SELECT_SQL} AND r.request_id = $1`;
const LIST_SQL = `${SELECT_SQL}
   AND ($1::uuid IS NULL OR r.request_id < $1) AND ($3::text = r.requesting_state OR $3::text = r.requested_state)
 ORDER BY r.request_id DESC LIMIT $2`;
const CREATE_SQL = 'SELECT guard.create_request($1, $2, $3, $4) AS "isDone"';
const MOVE_SQL = 'SELECT guard.move_request($1, $2, $3, $4, $5, $6, $7) AS "isDone"';
const REMIND_SQL = 'SELECT guard.remind_request($1, $2) AS "isDone"';

/** All SQL of tracking rows. Those that the person of the session may not know of do not exist for it. */
@Injectable()
export class RequestsRepository {
  async find(tx: Transaction, requestId: RequestId): Promise<TrackedRequest | null> {
    const [row]: readonly RequestRow[] = await tx.query(FIND_SQL, [requestId]);
    return row === undefined ? null : tracked(row);
  }

  /** Those of a State, from the one after `after` on; ids are random, so the order tells nothing. */
  async list(
    tx: Transaction,
    {
      state,
      after,
      limit,
    }: { readonly state: string; readonly after: string | null; readonly limit: number },
  ): Promise<readonly RequestShown[]> {
    const rows: readonly RequestRow[] = await tx.query(LIST_SQL, [after, limit, state]);
    return rows.map((row) => tracked(row).shown);
  }

  /** False when the id is taken. */
  async create(
    tx: Transaction,
    { requestId, requestedState, previousRequestId }: NewRequest,
    nowMs: number,
  ): Promise<boolean> {
    const values = [requestId, requestedState, previousRequestId, formatInstant(nowMs)];
    return done(await tx.query(CREATE_SQL, values));
  }

  /** False when it stands elsewhere meanwhile. */
  async move(
    tx: Transaction,
    requestId: RequestId,
    { step, nowMs }: { readonly step: RequestStep; readonly nowMs: number },
  ): Promise<boolean> {
    const { from, to, isReported, formalReference, versionHash } = step;
    const hash = versionHash === null ? null : Buffer.from(versionHash);
    const values = [requestId, from, to, isReported, formalReference, hash, formatInstant(nowMs)];
    return done(await tx.query(MOVE_SQL, values));
  }

  async remind(tx: Transaction, requestId: RequestId, day: string | null): Promise<boolean> {
    return done(await tx.query(REMIND_SQL, [requestId, day]));
  }
}

function tracked({
  officeId,
  isDisclosed,
  statusAt,
  versionHash,
  ...row
}: RequestRow): TrackedRequest {
  const shown = {
    ...row,
    statusAt: statusAt.toISOString(),
    versionHash: versionHash === null ? null : toBase64Url(versionHash),
  };
  return { shown, officeId, isDisclosed };
}

function done([row]: readonly { readonly isDone: boolean }[]): boolean {
  return row?.isDone === true;
}
