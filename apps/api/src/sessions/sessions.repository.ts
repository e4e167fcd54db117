import {
  SESSION_LIMITS,
  type AuditScope,
  type Role,
  type SessionSummary,
  type SignInMethod,
  type StateCode,
} from '@enlace/contracts';
import { formatInstant, type DeviceId, type OfficeId, type PersonId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { SessionHash, Transaction } from '../platform/database/database.js';
import { SessionEnded, translateDatabaseError } from '../platform/database/database-errors.js';
import { SignInRefused } from './sessions.errors.js';

/** A session as it is opened; the database adds nothing to it. */
export interface NewSession {
  readonly sidHash: SessionHash;
  readonly sessionId: string;
  readonly personId: PersonId;
  readonly deviceId: DeviceId;
  readonly state: StateCode;
  readonly officeId: OfficeId;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
  readonly acr: SignInMethod;
  readonly via: 'web' | 'cli';
  readonly keyThumbprint: string;
  /** The key of a device that has no certificate yet; `null` but in a session of recovery. */
  readonly recoveringKey: string | null;
  readonly nonceKey: Uint8Array;
  readonly openedAtMs: number;
  readonly idleUntilMs: number;
  readonly endsAtMs: number;
}

/** What the answer to a client needs of its session. */
export type KeptSession = Pick<NewSession, 'sessionId' | 'via' | 'nonceKey' | 'endsAtMs'>;

/** A session that somebody else's act ended. */
export interface EndedSession {
  readonly sessionId: string;
  readonly deviceId: DeviceId;
}

const OPEN_SQL = `
SELECT ended_session AS "sessionId", ended_device AS "deviceId"
  FROM guard.open_session(jsonb_populate_record(NULL::app.sessions, $1::jsonb), $2, $3)`;

const MINE_SQL = `
SELECT session_id AS "sessionId", device_id AS "deviceId", acr, opened_at AS "openedAt",
       idle_until AS "idleUntil", ends_at AS "endsAt"
  FROM guard.my_sessions()`;

const KEPT_SQL = `
SELECT session_id AS "sessionId", via, nonce_key AS "nonceKey", ends_at AS "endsAt"
  FROM guard.find_session($1)`;

type KeptRow = Omit<KeptSession, 'endsAtMs'> & { readonly endsAt: Date };

interface SummaryRow {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly acr: SignInMethod;
  readonly openedAt: Date;
  readonly idleUntil: Date;
  readonly endsAt: Date;
}

/**
 * All SQL of sign-in and sessions: calls of one-purpose functions, because no role of the server reads their tables.
 */
@Injectable()
export class SessionsRepository {
  async putSocketTicket(
    tx: Transaction,
    ticket: { hash: Uint8Array; ath: string; nowMs: number; expiresAtMs: number },
  ): Promise<void> {
    const times = [formatInstant(ticket.nowMs), formatInstant(ticket.expiresAtMs)];
    await tx.query('SELECT guard.put_socket_ticket($1, $2, $3, $4)', [
      Buffer.from(ticket.hash),
      ticket.ath,
      ...times,
    ]);
  }

  async revocationEpoch(tx: Transaction): Promise<string> {
    const [row]: readonly { epoch: string }[] = await tx.query(
      'SELECT guard.revocation_epoch() AS epoch',
    );
    return row?.epoch ?? '';
  }

  /** The highest counter that an act of the device has used; 0 when there was none. */
  async highestSeq(tx: Transaction, deviceId: DeviceId): Promise<number> {
    const [row]: readonly { seq: string | null }[] = await tx.query(
      'SELECT guard.highest_seq($1) AS seq',
      [deviceId],
    );
    return Number(row?.seq ?? 0);
  }

  /**
   * Opens a session and returns those it ended. The transaction runs again when something was revoked since `epoch`.
   * Throws `session.refused` for a person who is frozen, which only the database knows.
   */
  async open(
    tx: Transaction,
    session: NewSession,
    { epoch, perPerson }: { readonly epoch: string; readonly perPerson: number },
  ): Promise<readonly EndedSession[]> {
    try {
      return await tx.query(OPEN_SQL, [JSON.stringify(toRow(session)), epoch, perPerson]);
    } catch (error) {
      if (!(translateDatabaseError(error) instanceof SessionEnded)) throw error;
      throw new SignInRefused('the person is frozen', { cause: error });
    }
  }

  async findMine(tx: Transaction, current: string): Promise<readonly SessionSummary[]> {
    const rows: readonly SummaryRow[] = await tx.query(MINE_SQL);
    return rows.map(({ openedAt, idleUntil, endsAt, ...row }) => ({
      ...row,
      openedAt: formatInstant(openedAt.getTime()),
      lastUsedAt: formatInstant(idleUntil.getTime() - SESSION_LIMITS.idleMs),
      idleUntil: formatInstant(idleUntil.getTime()),
      endsAt: formatInstant(endsAt.getTime()),
      current: row.sessionId === current,
    }));
  }

  async putStepUp(
    tx: Transaction,
    stepUp: {
      readonly id: string;
      readonly action: string;
      readonly objectId: string;
      readonly bodyHash: string;
      readonly nowMs: number;
      readonly expiresAtMs: number;
    },
  ): Promise<void> {
    const { id, action, objectId, bodyHash, nowMs, expiresAtMs } = stepUp;
    const times = [formatInstant(nowMs), formatInstant(expiresAtMs)];
    await tx.query('SELECT guard.put_step_up($1, $2, $3, $4, $5, $6)', [
      id,
      action,
      objectId,
      bodyHash,
      ...times,
    ]);
  }

  /** The session of this transaction, as its client is told of it. */
  async findKept(tx: Transaction, sidHash: SessionHash): Promise<KeptSession | null> {
    const rows: readonly KeptRow[] = await tx.query(KEPT_SQL, [Buffer.from(sidHash)]);
    const [row] = rows;
    if (row === undefined) return null;
    const { endsAt, ...kept } = row;
    return { ...kept, endsAtMs: endsAt.getTime() };
  }

  /** The session goes on under another token; nothing else may follow in the transaction. */
  async rotate(tx: Transaction, sidHash: SessionHash): Promise<void> {
    await tx.query('SELECT guard.rotate_session($1)', [Buffer.from(sidHash)]);
  }

  /** Ends one session of the person, or all (`null`); nothing else may follow in the transaction. */
  async endMine(tx: Transaction, one: string | null, nowMs: number): Promise<void> {
    await tx.query('SELECT guard.end_my_sessions($1, $2)', [one, formatInstant(nowMs)]);
  }
}

function toRow(session: NewSession): Readonly<Record<string, unknown>> {
  return {
    sid_hash: hexInput(session.sidHash),
    session_id: session.sessionId,
    person_id: session.personId,
    device_id: session.deviceId,
    state: session.state,
    office_id: session.officeId,
    roles: session.roles,
    acr: session.acr,
    opened_at: formatInstant(session.openedAtMs),
    idle_until: formatInstant(session.idleUntilMs),
    ends_at: formatInstant(session.endsAtMs),
    audit_scope: session.auditScope,
    key_thumbprint: session.keyThumbprint,
    recovering_key: session.recoveringKey,
    nonce_key: hexInput(session.nonceKey),
    via: session.via,
  };
}

/** How PostgreSQL reads bytes from text. */
function hexInput(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}
