import type { AuditExportFormat, Role, StateCode } from '@enlace/contracts';
import type { CaseId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

/** An export as its State's auditors see it. */
export interface KeptExport {
  readonly askedBy: string;
  readonly roles: readonly Role[];
  readonly format: AuditExportFormat;
  readonly eventIds: readonly string[];
  readonly isApproved: boolean;
  readonly expiresAtMs: number;
  /** The case that was asked about. */
  readonly caseId: CaseId | null;
}

interface ExportRow extends Omit<KeptExport, 'expiresAtMs'> {
  readonly expiresAt: Date;
}

const FIND_SQL = `
SELECT asked_by AS "askedBy", roles, format, event_ids AS "eventIds", approved_by IS NOT NULL AS "isApproved",
       case_id AS "caseId",
       expires_at AS "expiresAt"
  FROM audit.exports WHERE export_id = $1 AND state = $2 AND expires_at > $3`;
const KEEP_SQL = `
INSERT INTO audit.exports (export_id, state, asked_by, roles, asked_at, expires_at, format, event_ids, case_id)
VALUES (gen_random_uuid(), guard.my_state(), guard.my_person(), $1, $2, $3, $4, $5, $6)
RETURNING export_id AS id`;

/** Sign-ins of the devices of a bundle, whose sessions last half a day. One more than the limit is too many. */
const SIGN_INS_SQL = `
SELECT DISTINCT o.event_id AS id
  FROM audit.sections s
  JOIN audit.sections d ON d.section = 2 AND d.device_id = s.device_id
  JOIN audit.events e ON e.event_id = s.event_id
  JOIN audit.events o ON o.event_id = d.event_id AND o.type = 'session.opened' AND o.outcome = 'success'
   AND o.occurred_at BETWEEN e.occurred_at - interval '12 hours' AND e.occurred_at
 WHERE s.section = 2 AND s.event_id = ANY ($1::uuid[])
 ORDER BY id LIMIT $2 + 1`;
const ERASURES_SQL = `
SELECT event_id AS id FROM audit.events
 WHERE type = 'section.erased' AND outcome = 'success' AND event_id > $1 ORDER BY event_id LIMIT $2`;

@Injectable()
export class ExportsRepository {
  /** Resolves to the id of the export. */
  async keep(
    tx: Transaction,
    kept: {
      readonly roles: readonly string[];
      readonly format: AuditExportFormat;
      readonly eventIds: readonly string[];
      readonly caseId: CaseId | null;
      readonly askedAtMs: number;
      readonly expiresAtMs: number;
    },
  ): Promise<string> {
    const { roles, format, eventIds, caseId, askedAtMs, expiresAtMs } = kept;
    const times = [new Date(askedAtMs), new Date(expiresAtMs)];
    const rows: readonly { id: string }[] = await tx.query(KEEP_SQL, [
      roles,
      ...times,
      format,
      eventIds,
      caseId,
    ]);
    return rows[0]?.id ?? '';
  }

  /** `null` for one that is over, of another State, or that nobody asked for. */
  async find(
    tx: Transaction,
    { exportId, state }: { readonly exportId: string; readonly state: StateCode },
    nowMs: number,
  ): Promise<KeptExport | null> {
    const values = [exportId, state, new Date(nowMs)];
    const rows: readonly ExportRow[] = await tx.query(FIND_SQL, values);
    const [row] = rows;
    if (row === undefined) return null;
    const { expiresAt, ...kept } = row;
    return { ...kept, expiresAtMs: expiresAt.getTime() };
  }

  /** False when it was approved before, or is the asker's own. */
  async approve(tx: Transaction, exportId: string, nowMs: number): Promise<boolean> {
    const rows: readonly { done: boolean }[] = await tx.query(
      'SELECT guard.approve_audit_export($1, $2) AS done',
      [exportId, new Date(nowMs)],
    );
    return rows[0]?.done === true;
  }

  /** In the auditor's role. At most one more than `limit` ids, some of them known already. */
  async findSignIns(
    tx: Transaction,
    ids: readonly string[],
    limit: number,
  ): Promise<readonly string[]> {
    const rows: readonly { id: string }[] = await tx.query(SIGN_INS_SQL, [ids, limit]);
    return rows.map(({ id }) => id);
  }

  /** In the auditor's role, in their order: what says that something was erased, after this event. */
  async findErasures(tx: Transaction, after: string, limit: number): Promise<readonly string[]> {
    const rows: readonly { id: string }[] = await tx.query(ERASURES_SQL, [after, limit]);
    return rows.map(({ id }) => id);
  }
}
