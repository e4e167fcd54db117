import type { BreakGlassAction } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

export interface BreakGlassRow {
  readonly nonce: string;
  readonly action: BreakGlassAction;
  readonly target: string;
  readonly wire: string;
  readonly effectiveAfter: Date;
  readonly expiresAt: Date;
  readonly invokedAt: Date;
  readonly outcome: 'applied' | 'expired' | null;
  readonly verdict: 'justified' | 'unjustified' | null;
  readonly reviewedAt: Date | null;
}

const COLUMNS = `nonce, action, target, wire, effective_after AS "effectiveAfter", expires_at AS "expiresAt",
       invoked_at AS "invokedAt", outcome, verdict,
       reviewed_at AS "reviewedAt"`;
const LIST_SQL = `SELECT ${COLUMNS} FROM app.breakglass ORDER BY invoked_at DESC, nonce LIMIT 500`;
const FIND_SQL = `SELECT ${COLUMNS} FROM app.breakglass WHERE nonce = $1`;
const DUE_SQL = `
SELECT ${COLUMNS} FROM app.breakglass WHERE settled_at IS NULL AND effective_after <= $1
 ORDER BY effective_after, nonce`;
const IN_FORCE_SQL = `
SELECT ${COLUMNS} FROM app.breakglass WHERE outcome = 'applied' AND action = $1 AND expires_at > $2
 ORDER BY effective_after DESC, nonce`;
const INVOKE_SQL = 'SELECT guard.invoke_breakglass($1, $2)';
const SETTLE_SQL = 'SELECT guard.settle_breakglass($1, $2) AS outcome';
const ENDED_SQL = 'SELECT ended_session AS "sessionId" FROM guard.sessions_ended_by($1)';
const REVIEW_SQL = 'SELECT guard.review_breakglass($1, $2, $3) AS reviewed';

@Injectable()
export class BreakGlassRepository {
  /** The newest first, at most 500. */
  async list(tx: Transaction): Promise<readonly BreakGlassRow[]> {
    return tx.query(LIST_SQL);
  }

  async find(tx: Transaction, nonce: string): Promise<BreakGlassRow | null> {
    const rows: readonly BreakGlassRow[] = await tx.query(FIND_SQL, [nonce]);
    return rows[0] ?? null;
  }

  /** Acts that have waited long enough, the earliest first. */
  async findDue(tx: Transaction, now: Date): Promise<readonly BreakGlassRow[]> {
    return tx.query(DUE_SQL, [now]);
  }

  /** Acts of a kind that took effect and have not expired, the newest first. */
  async findInForce(
    tx: Transaction,
    action: BreakGlassAction,
    now: Date,
  ): Promise<readonly BreakGlassRow[]> {
    return tx.query(IN_FORCE_SQL, [action, now]);
  }

  async invoke(tx: Transaction, wire: string, now: Date): Promise<void> {
    await tx.query(INVOKE_SQL, [wire, now]);
  }

  /** What became of it just now; `null` when it waits, or was settled before. */
  async settle(tx: Transaction, nonce: string, now: Date): Promise<'applied' | 'expired' | null> {
    const [row] = await tx.query(SETTLE_SQL, [nonce, now]);
    return row.outcome;
  }

  /** The sessions that were valid until an act suspended their State. */
  async endedSessions(tx: Transaction, nonce: string): Promise<readonly string[]> {
    const rows: readonly { readonly sessionId: string }[] = await tx.query(ENDED_SQL, [nonce]);
    return rows.map(({ sessionId }) => sessionId);
  }

  async review(
    tx: Transaction,
    { nonce, verdict }: { readonly nonce: string; readonly verdict: string },
    now: Date,
  ): Promise<boolean> {
    const [row] = await tx.query(REVIEW_SQL, [nonce, verdict, now]);
    return row.reviewed === true;
  }
}
