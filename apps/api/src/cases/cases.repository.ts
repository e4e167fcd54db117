import type { CaseCount, CaseShown } from '@enlace/contracts';
import { formatInstant, type CaseId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

type CaseRow = Omit<CaseShown, 'openedAt' | 'role'> & {
  readonly openedAt: Date;
  readonly role: CaseShown['role'] | null;
};

/** What begins a case. */
export interface NewCase {
  readonly caseId: CaseId;
  readonly caseType: string;
  readonly legalBasis: string;
}

// Of the own cases alone, also where the policies of the rows would not say so.
const SELECT_SQL = `
SELECT c.case_id AS "caseId", c.owner_state AS "ownerState", c.states, c.case_type AS "caseType",
       c.legal_basis AS "legalBasis", c.status, c.is_held AS "isHeld", m.role,
       c.opened_at AS "openedAt"
  FROM app.cases c
  LEFT JOIN app.case_members m ON m.case_id = c.case_id AND m.person_id = (SELECT guard.my_person())
 WHERE c.case_id = ANY ((SELECT guard.my_cases())::uuid[])`;
const FIND_SQL = `${SELECT_SQL} AND c.case_id = $1`;
const LIST_SQL = `${SELECT_SQL} AND ($1::uuid IS NULL OR c.case_id < $1) ORDER BY c.case_id DESC LIMIT $2`;
const COUNT_SQL = `
SELECT state AS "ownerState", case_type AS "caseType", status, cases FROM guard.case_statistics()`;
const OPEN_SQL = 'SELECT guard.open_case($1, $2, $3, $4) AS "isDone"';
const ADD_STATE_SQL = 'SELECT guard.add_case_state($1, $2) AS "isDone"';

/** All SQL of cases. Those of others do not exist for it. */
@Injectable()
export class CasesRepository {
  /** `null` where the person of the session may not know of it. */
  async find(tx: Transaction, caseId: CaseId): Promise<CaseShown | null> {
    const [row]: readonly CaseRow[] = await tx.query(FIND_SQL, [caseId]);
    return row === undefined ? null : shown(row);
  }

  /** The newest first, from the one after `after` on. */
  async list(
    tx: Transaction,
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly CaseShown[]> {
    const rows: readonly CaseRow[] = await tx.query(LIST_SQL, [after, limit]);
    return rows.map(shown);
  }

  async count(tx: Transaction): Promise<readonly CaseCount[]> {
    return tx.query(COUNT_SQL);
  }

  /** False when the id is taken. */
  async open(tx: Transaction, { caseId, caseType, legalBasis }: NewCase, nowMs: number) {
    return done(await tx.query(OPEN_SQL, [caseId, caseType, legalBasis, formatInstant(nowMs)]));
  }

  /** False when the State takes part already. */
  async addState(tx: Transaction, caseId: CaseId, state: string): Promise<boolean> {
    return done(await tx.query(ADD_STATE_SQL, [caseId, state]));
  }
}

// Whoever is in a thread of the case, and has no row of the own, is a member of it.
function shown({ openedAt, role, ...row }: CaseRow): CaseShown {
  return { ...row, role: role ?? 'member', openedAt: openedAt.toISOString() };
}

function done([row]: readonly { readonly isDone: boolean }[]): boolean {
  return row?.isDone === true;
}
