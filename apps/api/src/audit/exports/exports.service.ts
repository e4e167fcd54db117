import { AUDIT_EXPORT_LIMITS, type AuditExport, type AuditExportFormat } from '@enlace/contracts';
import type { AuditExportRequest } from '@enlace/contracts/dto';
import { formatInstant, parseId, toBase64Url, utf8, type CaseId, type Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { CLOCK } from '../../platform/tokens.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { askedIn } from '../reading/asked-words.js';
import { formatExport } from './export-formats.js';
import { ExportSelection } from './export-selection.service.js';
import { ExportsRepository } from './exports.repository.js';
import type { PlacedEvent } from './flat-event.js';

/** Auditors take events out of the record, for a purpose, and are in it for having done so. */
@Injectable()
export class Exports {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly selection: ExportSelection,
    private readonly repository: ExportsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Fixes which events the export holds. Above 1,000 it waits for a second auditor of the State. Throws
   * `access.denied`, `purpose.required`, `step-up.required`, `export.too-large`, `body.malformed` for a search with
   * pages.
   */
  async ask(act: ActContext, request: AuditExportRequest): Promise<AuditExport> {
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.export');
      if (request.cursor !== undefined || request.limit !== undefined) {
        throw new Refusal('body.malformed');
      }
      const events = await this.selection.select(sidHash, request, act.why);
      const { format } = request;
      const askedAtMs = this.clock.nowMs();
      const expiresAtMs = askedAtMs + AUDIT_EXPORT_LIMITS.lifeMs;
      const eventIds = events.map(({ eventId }) => eventId);
      const caseId = request.case === undefined ? null : parseId<CaseId>(request.case);
      const { roles } = getSession(at);
      const kept = { roles, format, eventIds, caseId, askedAtMs, expiresAtMs };
      const exportId = await this.repository.keep(at.tx, kept);
      await this.audit.record(at, {
        type: 'audit.exported',
        ...aboutExport(at, { exportId, caseId }),
        fields: { format, ...askedIn(at, request), ...rangeOf(events) },
      });
      return describeExport(exportId, {
        format,
        rows: events.length,
        isApproved: false,
        expiresAtMs,
      });
    });
  }

  /**
   * The file, read again at this moment. Throws `export.not-found` also for whoever did not ask for it and when its day
   * is over, `approval.required`, `purpose.required`.
   */
  async download(act: ActContext, exportId: string): Promise<string> {
    return this.acts.run(act, async (at) => {
      const sidHash = await this.rights.assert(at, 'audit.view');
      const { personId, state } = getSession(at);
      const kept = await this.repository.find(at.tx, { exportId, state }, this.clock.nowMs());
      if (kept === null || kept.askedBy !== personId) {
        throw new Refusal('export.not-found');
      }
      if (needsSecond(kept.eventIds.length) && !kept.isApproved) {
        throw new Refusal('approval.required');
      }
      const events = await this.selection.read(sidHash, kept.eventIds, act.why);
      const file = formatExport(kept.format, events);
      const fileHash = toBase64Url(nodeTlogCrypto.sha256(utf8(file)));
      await this.audit.record(at, {
        type: 'audit.downloaded',
        ...aboutExport(at, { exportId, caseId: kept.caseId }),
        fields: { format: kept.format, ...rangeOf(events), fileHash },
      });
      return file;
    });
  }
}

/** Above so many events nobody exports alone. */
function needsSecond(rows: number): boolean {
  return rows > AUDIT_EXPORT_LIMITS.alone;
}

export function describeExport(
  exportId: string,
  {
    format,
    rows,
    isApproved,
    expiresAtMs,
  }: {
    readonly format: AuditExportFormat;
    readonly rows: number;
    readonly isApproved: boolean;
    readonly expiresAtMs: number;
  },
): AuditExport {
  const step = needsSecond(rows) && !isApproved ? 'waiting' : 'ready';
  return { exportId, format, rows, step, expiresAt: formatInstant(expiresAtMs) };
}

/** An export about a case is on record with the case. */
export function aboutExport(
  at: ActTransaction,
  { exportId, caseId }: { readonly exportId: string; readonly caseId: CaseId | null },
) {
  const { state } = getSession(at);
  return {
    outcome: 'success',
    object: { type: 'audit', id: exportId, ownerState: state },
    states: [state],
    ...(caseId === null ? {} : { caseId }),
  } as const;
}

/** The stretch of the newest log that the events are in; how many there are in all. */
function rangeOf(events: readonly PlacedEvent[]) {
  const last = events.at(-1);
  const first = events.find(({ origin }) => origin === last?.origin);
  const rows = events.length;
  if (first === undefined || last === undefined) return { rows };
  return { rows, fromIndex: first.index, toIndex: last.index + 1 };
}
