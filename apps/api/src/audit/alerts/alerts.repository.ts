import type { Alert, AlertStep, StateCode } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

const COLUMNS = `
alert_id AS "alertId", state, rule, numbers::float8[] AS numbers, event_ids AS "eventIds",
raised_at AS "raisedAt", step, is_technical AS "isTechnical", changed_by AS "changedBy", changed_at AS "changedAt"`;
const OF_HEARER = '(state = $2 AND NOT $3 OR is_technical AND $3)';
const LIST_SQL = `
SELECT ${COLUMNS} FROM audit.alerts
 WHERE ($1::text IS NULL OR step = $1) AND ${OF_HEARER} ORDER BY raised_at DESC, alert_id LIMIT $4`;
const FIND_SQL = `SELECT ${COLUMNS} FROM audit.alerts WHERE alert_id = $1 AND ${OF_HEARER}`;
const MOVE_SQL = 'SELECT guard.move_alert($1, $2, $3) AS moved';

/** An alert, and whether it is about the platform and nobody in particular. */
export interface KeptAlert {
  readonly alert: Alert;
  readonly isTechnical: boolean;
}

/** Whose alerts they are: those of a State, or for operators those about the platform. */
export interface AlertHearer {
  readonly state: StateCode;
  readonly isOperator: boolean;
}

interface AlertRow extends Omit<Alert, 'raisedAt' | 'changedAt'> {
  readonly isTechnical: boolean;
  readonly raisedAt: Date;
  readonly changedAt: Date | null;
}

/** Alerts as a session may see them. */
@Injectable()
export class AlertsRepository {
  /** Newest first. */
  async list(
    tx: Transaction,
    { state, isOperator }: AlertHearer,
    { step, limit }: { readonly step: AlertStep | null; readonly limit: number },
  ): Promise<readonly Alert[]> {
    const rows: readonly AlertRow[] = await tx.query(LIST_SQL, [step, state, isOperator, limit]);
    return rows.map((row) => keptAlert(row).alert);
  }

  /** `null` for what is not there or not for this session. */
  async find(
    tx: Transaction,
    { state, isOperator }: AlertHearer,
    alertId: string,
  ): Promise<KeptAlert | null> {
    const [row]: readonly AlertRow[] = await tx.query(FIND_SQL, [alertId, state, isOperator]);
    return row === undefined ? null : keptAlert(row);
  }

  /** False when the alert is at that step already, or beyond it. */
  async move(
    tx: Transaction,
    alertId: string,
    to: { readonly step: AlertStep; readonly nowMs: number },
  ): Promise<boolean> {
    const [row]: readonly { moved: boolean }[] = await tx.query(MOVE_SQL, [
      alertId,
      to.step,
      formatInstant(to.nowMs),
    ]);
    return row?.moved === true;
  }
}

function keptAlert({ raisedAt, changedAt, isTechnical, ...row }: AlertRow): KeptAlert {
  const alert = {
    ...row,
    raisedAt: formatInstant(raisedAt.getTime()),
    changedAt: changedAt === null ? null : formatInstant(changedAt.getTime()),
  };
  return { alert, isTechnical };
}
