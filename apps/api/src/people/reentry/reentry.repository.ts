import { formatInstant } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';
import type { Reentry } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

/** Names one code of one State. */
interface ReentryKey {
  readonly state: StateCode;
  readonly reentryId: string;
}

/** A code as it stands. */
export interface ReentryRow {
  readonly step: 'proposed' | 'approved' | 'spent' | 'cancelled';
  readonly personId: string;
  readonly wire: string;
  readonly proposedBy: string;
  readonly expiresAt: Date;
}

/** What a registrar signed, and who that is. */
interface Signing {
  readonly wire: string;
  readonly by: string;
  readonly nowMs: number;
}

/** A code as somebody shows it. */
interface ShownCode {
  readonly reentryId: string;
  readonly codeHash: string;
  readonly nowMs: number;
}

const LOCK_SQL = `
SELECT step, person_id AS "personId", wire, proposed_by AS "proposedBy", expires_at AS "expiresAt"
  FROM guard.lock_reentry($1, $2)`;
const SPEND_SQL = 'SELECT person_id AS "personId" FROM guard.spend_reentry_code($1, $2, $3)';

/** All SQL of codes of re-entry: no role of the server reads their table. */
@Injectable()
export class ReentryRepository {
  async propose(tx: Transaction, reentry: Reentry, { wire, by, nowMs }: Signing): Promise<void> {
    await tx.query('SELECT guard.propose_reentry($1, $2, $3, $4)', [
      JSON.stringify(reentry),
      wire,
      by,
      formatInstant(nowMs),
    ]);
  }

  /** The code, locked until the transaction ends; `null` when the State has none of that id. */
  async lock(tx: Transaction, { state, reentryId }: ReentryKey): Promise<ReentryRow | null> {
    const rows: readonly ReentryRow[] = await tx.query(LOCK_SQL, [state, reentryId]);
    return rows[0] ?? null;
  }

  async approve(
    tx: Transaction,
    { state, reentryId }: ReentryKey,
    { wire, by, nowMs }: Signing,
  ): Promise<boolean> {
    const values = [state, reentryId, wire, by, formatInstant(nowMs)];
    const rows: readonly { done: boolean }[] = await tx.query(
      'SELECT guard.approve_reentry($1, $2, $3, $4, $5) AS done',
      values,
    );
    return rows[0]?.done === true;
  }

  /** Counts a wrong code; true for the right one. Spends nothing else. */
  async tryCode(tx: Transaction, { reentryId, codeHash, nowMs }: ShownCode): Promise<boolean> {
    const rows: readonly { done: boolean }[] = await tx.query(
      'SELECT guard.try_reentry_code($1, $2, $3) AS done',
      [reentryId, codeHash, formatInstant(nowMs)],
    );
    return rows[0]?.done === true;
  }

  /** Spends the code and says whose it was; `null` when it is none. */
  async spend(tx: Transaction, { reentryId, codeHash, nowMs }: ShownCode): Promise<string | null> {
    const rows: readonly { personId: string }[] = await tx.query(SPEND_SQL, [
      reentryId,
      codeHash,
      formatInstant(nowMs),
    ]);
    return rows[0]?.personId ?? null;
  }
}
