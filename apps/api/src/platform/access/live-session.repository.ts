import {
  SESSION_LIMITS,
  type AuditWhy,
  type Purpose,
  type SignInMethod,
  type Subject,
} from '@enlace/contracts';
import { formatInstant, type Clock, type DeviceId, type PersonId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import { Database, type SessionHash, type Transaction } from '../database/database.js';
import { answeredByCommit, queryPrepared, type PreparedStatement } from '../database/prepared.js';
import type { ProvingSession } from '../proof/request-proof.js';
import { CLOCK, WATCH_DATABASE } from '../tokens.js';
import type { ActProof } from './act.js';

/** A session that is valid at this moment, as the door needs it; what it may see is decided by the database. */
export interface LiveSession extends ProvingSession {
  readonly sidHash: SessionHash;
  readonly personId: PersonId;
  readonly deviceId: DeviceId;
  readonly state: string;
  readonly via: 'web' | 'cli';
  readonly acr: SignInMethod;
  readonly idleUntil: Date;
  readonly endsAt: Date;
}

/** How a session is asked for: by its token, or by a ticket that says nothing of how the token is kept. */
interface SessionKey {
  readonly sidHash: SessionHash;
  readonly ath: string;
  readonly via: 'web' | 'cli' | null;
}

interface TicketRow {
  readonly sidHash: SessionHash;
  readonly ath: string;
  readonly expiresAt: Date;
}

/** Whole numbers of 64 bits come as text. */
type SessionRow = Omit<LiveSession, 'sidHash' | 'ath' | 'highestSeq'> & {
  readonly highestSeq: string;
};

const FIND = {
  name: 'find-session',
  text: `
SELECT session_id AS "sessionId", person_id AS "personId", device_id AS "deviceId", state, via, acr,
       key_thumbprint AS "keyThumbprint", nonce_key AS "nonceKey", idle_until AS "idleUntil", ends_at AS "endsAt",
       highest_seq AS "highestSeq"
  FROM guard.find_session($1)`,
} as const satisfies PreparedStatement;

const DEAD = {
  name: 'dead-sessions',
  text: 'SELECT sid_hash AS hash FROM guard.dead_sessions($1::bytea[])',
} as const satisfies PreparedStatement;

const TAKE_TICKET = {
  name: 'take-socket-ticket',
  text: `
SELECT sid_hash AS "sidHash", ath, expires_at AS "expiresAt" FROM guard.take_socket_ticket($1)`,
} as const satisfies PreparedStatement;

const CONCLUDE = {
  name: 'conclude-act',
  text: 'SELECT guard.conclude_act($1, $2)',
} as const satisfies PreparedStatement;

const PURPOSE = {
  name: 'find-purpose',
  text: 'SELECT purpose FROM guard.find_declaration($1, $2)',
} as const satisfies PreparedStatement;

const TAKE_STEP_UP = {
  name: 'take-step-up',
  text: `
SELECT action, object_id AS "objectId", body_hash AS "bodyHash", expires_at AS "expiresAt"
  FROM guard.take_step_up($1, $2)`,
} as const satisfies PreparedStatement;

const REVOKE_SQL = 'SELECT ended_session AS "sessionId" FROM guard.revoke_sessions($1, $2, $3)';

/** Whose sessions end: all of a person, or those of one device. */
export interface Revoked {
  readonly personId?: string;
  readonly deviceId?: string;
}

type SpentStepUp = NonNullable<Subject['stepUp']>;

// Attacker-controlled: a header, or a member of a body.
function isUuid(id: unknown): id is string {
  return typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}

/** Finds the session behind a token. Valid is what both clocks call valid: the database's and the server's. */
@Injectable()
export class LiveSessions {
  constructor(
    private readonly database: Database,
    @Inject(WATCH_DATABASE) private readonly watch: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async find(token: SessionKey): Promise<LiveSession | null> {
    const [row] = await this.database.ask<SessionRow>(FIND, [Buffer.from(token.sidHash)]);
    if (row === undefined || (token.via !== null && row.via !== token.via)) return null;
    const nowMs = this.clock.nowMs();
    const isOver = row.idleUntil.getTime() <= nowMs || row.endsAt.getTime() <= nowMs;
    if (isOver) return null;
    const { sidHash, ath } = token;
    return { ...row, highestSeq: Number(row.highestSeq), sidHash, ath };
  }

  /**
   * The last statement of an act. It lives on when a person did something. The transaction throws `session.ended` when
   * the session ended while the act ran, unless the act itself ended it.
   */
  conclude(tx: Transaction, sessionId: string, { act }: Pick<ActProof, 'act'>): void {
    const until = new Date(this.clock.nowMs() + SESSION_LIMITS.idleMs);
    answeredByCommit(tx, queryPrepared(tx, CONCLUDE, [sessionId, act === 1 ? until : null]));
  }

  /** What was declared in this session under an id, or `null`. */
  async findPurpose(sidHash: SessionHash, id: unknown): Promise<AuditWhy | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.database.ask<{ purpose: Purpose }>(PURPOSE, [
      Buffer.from(sidHash),
      id,
    ]);
    return row === undefined ? null : { purpose: row.purpose, declarationId: id };
  }

  /** Spends a step-up of this session; `null` when there is none or it is over. */
  async takeStepUp(sidHash: SessionHash, id: unknown): Promise<SpentStepUp | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.database.ask<SpentStepUp & { readonly expiresAt: Date }>(
      TAKE_STEP_UP,
      [Buffer.from(sidHash), id],
    );
    if (row === undefined || row.expiresAt.getTime() <= this.clock.nowMs()) return null;
    const { action, objectId, bodyHash } = row;
    return { action, objectId, bodyHash };
  }

  /** Ends the sessions of somebody of the own State, and tells which of them were valid until then. */
  async revoke(
    tx: Transaction,
    { personId = null, deviceId = null }: { readonly [Name in keyof Revoked]: string | null },
  ): Promise<readonly string[]> {
    const nowMs = this.clock.nowMs();
    const rows: readonly { readonly sessionId: string }[] = await tx.query(REVOKE_SQL, [
      personId,
      deviceId,
      formatInstant(nowMs),
    ]);
    return rows.map(({ sessionId }) => sessionId);
  }

  /** Which of these sessions are over, as the database knows it at this moment. */
  async findDead(hashes: readonly SessionHash[]): Promise<readonly Uint8Array[]> {
    const rows = await this.watch.ask<{ readonly hash: Buffer }>(DEAD, [
      hashes.map((hash) => Buffer.from(hash)),
    ]);
    return rows.map(({ hash }) => hash);
  }

  /** Spends a ticket for a handshake. `null` when there is none, it is over, or its session is. */
  async takeTicket(ticketHash: Uint8Array): Promise<LiveSession | null> {
    const [ticket] = await this.database.ask<TicketRow>(TAKE_TICKET, [Buffer.from(ticketHash)]);
    if (ticket === undefined || ticket.expiresAt.getTime() <= this.clock.nowMs()) return null;
    return this.find({ sidHash: ticket.sidHash, ath: ticket.ath, via: null });
  }
}
