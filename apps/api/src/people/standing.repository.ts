import { formatInstant } from '@enlace/kernel';
import type { AuditScope, PersonSummary, Role, StateCode } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

interface Row {
  readonly state: StateCode;
  readonly person_id: string;
  readonly office_id: string;
  readonly roles: readonly Role[];
  readonly audit_scope: AuditScope | null;
  readonly card: string;
  readonly not_after: Date;
  readonly revoked_reason: string | null;
  readonly activated_at: Date | null;
  readonly frozen_at: Date | null;
}

const LIST_SQL = `
SELECT state, person_id, office_id, roles, audit_scope, card, not_after, revoked_reason, activated_at, frozen_at
  FROM app.persons WHERE state = $1 AND person_id > $2 ORDER BY person_id LIMIT $3`;
const IDS_SQL = 'SELECT person_id AS "personId" FROM app.persons WHERE state = $1';
const ACTIVATE_SQL = 'SELECT guard.activate_person($1) AS done';
const FREEZE_SQL = 'SELECT guard.freeze_me($1) AS done';
const UNFREEZE_SQL = 'SELECT guard.unfreeze_person($1) AS done';
const KEEP_CARD_SQL = 'SELECT guard.keep_person_card($1, $2, $3)';

/** All SQL of a person's standing. */
@Injectable()
export class StandingRepository {
  /** A page of the people of a State, ordered by id, after the given one. */
  async list(
    tx: Transaction,
    page: { readonly state: StateCode; readonly after: string; readonly limit: number },
  ): Promise<readonly PersonSummary[]> {
    const rows: readonly Row[] = await tx.query(LIST_SQL, [page.state, page.after, page.limit]);
    return rows.map((row) => ({
      personId: row.person_id,
      state: row.state,
      officeId: row.office_id,
      roles: row.roles,
      auditScope: row.audit_scope,
      card: row.card,
      notAfter: formatInstant(row.not_after.getTime()),
      revokedReason: row.revoked_reason,
      isActive: row.activated_at !== null,
      isFrozen: row.frozen_at !== null,
    }));
  }

  async findIds(tx: Transaction, state: StateCode): Promise<readonly string[]> {
    const rows: readonly { personId: string }[] = await tx.query(IDS_SQL, [state]);
    return rows.map(({ personId }) => personId);
  }

  /** Begins the account of the session's person; false when it has begun before. */
  async activateMe(tx: Transaction, nowMs: number): Promise<boolean> {
    return this.#done(await tx.query(ACTIVATE_SQL, [formatInstant(nowMs)]));
  }

  /** Freezes the person of the session; false when that is so already. */
  async freezeMe(tx: Transaction, nowMs: number): Promise<boolean> {
    return this.#done(await tx.query(FREEZE_SQL, [formatInstant(nowMs)]));
  }

  async unfreeze(tx: Transaction, personId: string): Promise<boolean> {
    return this.#done(await tx.query(UNFREEZE_SQL, [personId]));
  }

  async keepCard(
    tx: Transaction,
    {
      card,
      body,
      salt,
    }: { readonly card: string; readonly body: string; readonly salt: Uint8Array },
  ): Promise<void> {
    await tx.query(KEEP_CARD_SQL, [card, body, Buffer.from(salt)]);
  }

  #done(rows: readonly { readonly done: boolean }[]): boolean {
    return rows[0]?.done === true;
  }
}
