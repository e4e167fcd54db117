import type { CaseShown, State } from '@enlace/contracts';
import type { CaseId, OfficeId, PersonId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

const UPDATE_SQL = 'SELECT guard.update_case($1, $2, $3) AS "isDone"';
const PUT_MEMBER_SQL = 'SELECT is_done AS "isDone", state FROM guard.put_case_member($1, $2, $3)';
const DROP_MEMBER_SQL =
  'SELECT is_done AS "isDone", state, role FROM guard.drop_case_member($1, $2)';
const DROP_STATE_SQL = 'SELECT refused, members FROM guard.drop_case_state($1, $2)';
const REPORT_SQL = 'SELECT is_done AS "isDone", office_id AS "officeId" FROM guard.report_case($1)';

type Role = CaseShown['role'];

interface Done {
  /** False where nothing has changed. */
  readonly isDone: boolean;
}

/** Somebody who is in a case by name. */
export interface NamedMember {
  readonly personId: PersonId;
  readonly role: Role;
}

/** All SQL of what changes in a case while it goes on. */
@Injectable()
export class CaseChangesRepository {
  /** False when it says so already. */
  async update(
    tx: Transaction,
    { caseId, caseType, legalBasis }: Pick<CaseShown, 'caseId' | 'caseType' | 'legalBasis'>,
  ): Promise<boolean> {
    const [row]: readonly Done[] = await tx.query(UPDATE_SQL, [caseId, caseType, legalBasis]);
    return row?.isDone === true;
  }

  /** `null` for whoever cannot be in the case with that role. */
  async putMember(tx: Transaction, caseId: CaseId, { personId, role }: NamedMember) {
    const rows: readonly (Done & { readonly state: State })[] = await tx.query(PUT_MEMBER_SQL, [
      caseId,
      personId,
      role,
    ]);
    return rows[0] ?? null;
  }

  /** `null` for whoever is no member by name. */
  async dropMember(tx: Transaction, caseId: CaseId, personId: PersonId) {
    const rows: readonly (Done & { readonly state: State; readonly role: Role })[] = await tx.query(
      DROP_MEMBER_SQL,
      [caseId, personId],
    );
    return rows[0] ?? null;
  }

  /** Who goes with the State; or why it does not go. */
  async dropState(
    tx: Transaction,
    caseId: CaseId,
    state: State,
  ): Promise<{ readonly refused: string | null; readonly members: readonly NamedMember[] }> {
    const [row]: readonly {
      readonly refused: string | null;
      readonly members: readonly NamedMember[] | null;
    }[] = await tx.query(DROP_STATE_SQL, [caseId, state]);
    return { refused: row?.refused ?? null, members: row?.members ?? [] };
  }

  /** `null` where no specialised office is above the own one. */
  async report(tx: Transaction, caseId: CaseId) {
    const rows: readonly (Done & { readonly officeId: OfficeId })[] = await tx.query(REPORT_SQL, [
      caseId,
    ]);
    return rows[0] ?? null;
  }
}
