import type { CaseShown, State } from '@enlace/contracts';
import { formatInstant, type CaseId, type PersonId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

const STATUS_SQL = 'SELECT guard.set_case_status($1, $2) AS "isDone"';
const FIND_SQL = `
SELECT owner_state AS "ownerState", states, status, is_held AS "isHeld", role, stewards, used
  FROM guard.case_to_hold($1, $2)`;
const HOLD_SQL = 'SELECT guard.hold_case($1, $2, $3, $4) AS "isDone"';

/** A case under the lock of its row, as whoever may hold it is shown it. */
export interface CaseToHold {
  readonly ownerState: State;
  readonly states: readonly State[];
  readonly status: CaseShown['status'];
  readonly isHeld: boolean;
  /** `null` for an auditor. */
  readonly role: CaseShown['role'] | null;
  readonly stewards: readonly PersonId[];
  /** Nonces that approvals before had. */
  readonly used: readonly Buffer[];
}

/** All SQL of the end of cases and of their holds. */
@Injectable()
export class CaseLivesRepository {
  /** False when it stands so already. */
  async setStatus(tx: Transaction, caseId: CaseId, status: CaseShown['status']): Promise<boolean> {
    const [row]: readonly { readonly isDone: boolean }[] = await tx.query(STATUS_SQL, [
      caseId,
      status,
    ]);
    return row?.isDone === true;
  }

  /** `null` for whoever may not know of it. `nonces`: hexadecimal. */
  async findToHold(
    tx: Transaction,
    caseId: CaseId,
    nonces: readonly string[],
  ): Promise<CaseToHold | null> {
    const [row]: readonly CaseToHold[] = await tx.query(FIND_SQL, [
      caseId,
      nonces.map((nonce) => Buffer.from(nonce, 'hex')),
    ]);
    return row ?? null;
  }

  async setHold(
    tx: Transaction,
    caseId: CaseId,
    {
      isHeld,
      approvals,
      nowMs,
    }: {
      readonly isHeld: boolean;
      readonly approvals: readonly { readonly personId: PersonId; readonly nonce: string }[];
      readonly nowMs: number;
    },
  ): Promise<void> {
    const said = JSON.stringify(approvals);
    await tx.query(HOLD_SQL, [caseId, isHeld, said, formatInstant(nowMs)]);
  }
}
