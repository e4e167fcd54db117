import type { Role, StateCode } from '@enlace/contracts';
import type { CaseGrantRequest } from '@enlace/contracts/dto';
import { formatInstant, type CaseId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const ASK_SQL = 'SELECT guard.ask_scope($1, $2, $3) AS done';
const GRANT_SQL = 'SELECT guard.grant_scope($1, $2) AS done';
const REVOKE_SQL = 'SELECT guard.revoke_scope($1, $2) AS done';
/** Only an auditor asks. */
const FIND_SQL = `
SELECT case_id AS "caseId", holder_id AS "holderId", holder_state AS "holderState", asked_by AS "askedBy",
       ARRAY['auditor'] AS roles, expires_at AS "expiresAt"
  FROM audit.scopes WHERE scope_id = $1 AND state = $2 AND revoked_at IS NULL`;

/** A case that is opened to somebody, as the State that opens it sees it. */
export interface KeptGrant {
  readonly caseId: CaseId;
  readonly holderId: string;
  readonly holderState: StateCode;
  readonly askedBy: string;
  readonly roles: readonly Role[];
  readonly expiresAtMs: number;
}
interface GrantRow extends Omit<KeptGrant, 'expiresAtMs'> {
  readonly expiresAt: Date;
}

/** All SQL of case grants; who may is read from the sessions by the database. */
@Injectable()
export class CaseGrantsRepository {
  /** False where the State does not answer for the case, or the holder is no auditor of another State. */
  async ask(tx: Transaction, asked: CaseGrantRequest, nowMs: number): Promise<boolean> {
    const { scopeId, ...content } = asked;
    return this.#does(tx, ASK_SQL, [scopeId, content, formatInstant(nowMs)]);
  }

  /** `null` for what another State asked, and for what was taken back. */
  async find(tx: Transaction, scopeId: string, state: StateCode): Promise<KeptGrant | null> {
    const [row]: readonly GrantRow[] = await tx.query(FIND_SQL, [scopeId, state]);
    if (row === undefined) return null;
    const { expiresAt, ...kept } = row;
    return { ...kept, expiresAtMs: expiresAt.getTime() };
  }

  /** False when it was granted before, or is over. */
  async grant(tx: Transaction, scopeId: string, nowMs: number): Promise<boolean> {
    return this.#does(tx, GRANT_SQL, [scopeId, formatInstant(nowMs)]);
  }

  /** False when it is over. */
  async revoke(tx: Transaction, scopeId: string, nowMs: number): Promise<boolean> {
    return this.#does(tx, REVOKE_SQL, [scopeId, formatInstant(nowMs)]);
  }

  async #does(tx: Transaction, sql: string, values: unknown[]): Promise<boolean> {
    const [row]: readonly { done: boolean }[] = await tx.query(sql, values);
    return row?.done === true;
  }
}
