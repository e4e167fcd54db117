import {
  AUDIT_EXPORT_FORMATS,
  ROUTES,
  type AuditExport,
  type AuditExportFormat,
  type Purpose,
} from '@enlace/contracts';
import { parseId, type Branded, type JsonObject, type JsonValue } from '@enlace/kernel';

import { declarePurpose } from '../../session/declare-purpose.js';
import type { Session } from '../../session/session.js';
import type { ShowPresence } from '../../session/step-up.js';
import { AnswerFields } from '../../transport/answer-fields.js';

/** As much as 10,000 events may measure. In bytes. */
const CONTENT_LIMIT_BYTES = 128 * 1024 * 1024;
const STEPS = ['ready', 'waiting'] as const;
const fields = new AnswerFields('export');

type ExportId = Branded<string, 'ExportId'>;
type Asking = Pick<Session, 'request' | 'requestElevated'>;

/** What is asked for: events chosen as by a search, in a format. */
export interface WantedExport {
  readonly format: AuditExportFormat;
  readonly filter: JsonObject;
}

/** What auditors take out of the record, each time for the one purpose that they have declared. */
export class AuditExports {
  private constructor(
    private readonly session: Asking,
    private readonly headings: Readonly<Record<string, string>>,
  ) {}

  /** Declares the purpose. Throws the refusal of the server. */
  static async open(session: Asking, purpose: Purpose): Promise<AuditExports> {
    return new AuditExports(session, await declarePurpose(session, { purpose }));
  }

  /**
   * Fixes which events the export holds; above a thousand it waits for a second auditor. Throws the refusal of the
   * server, `client.answer-malformed`, and what `show` throws.
   */
  async ask({ format, filter }: WantedExport, show: ShowPresence): Promise<AuditExport> {
    const body = { ...filter, format };
    const request = { method: 'POST', path: ROUTES.auditExports, body } as const;
    const about = { action: 'audit.export', objectId: 'events' } as const;
    const { headings } = this;
    return readExport(
      await this.session.requestElevated({ ...request, headings }, about, show),
      format,
    );
  }

  /** Agrees to the export of another auditor of the State. Throws as `ask`. */
  async approve(exportId: string, show: ShowPresence): Promise<AuditExport> {
    const path = ROUTES.auditExportApproval.replace(':id', parseId<ExportId>(exportId));
    const { headings } = this;
    const request = { method: 'POST', path, body: {}, headings } as const;
    const about = { action: 'audit.export-large', objectId: exportId } as const;
    return readExport(await this.session.requestElevated(request, about, show));
  }

  /** The file as the server makes it. Throws the refusal of the server, `client.answer-malformed`. */
  async content(exportId: string): Promise<string> {
    const path = ROUTES.auditExportContent.replace(':id', parseId<ExportId>(exportId));
    const { headings } = this;
    const request = { method: 'GET', path, headings, limitBytes: CONTENT_LIMIT_BYTES } as const;
    const content = await this.session.request(request, 'act');
    return fields.text(content, CONTENT_LIMIT_BYTES);
  }
}

// Attacker-controlled: the whole answer.
function readExport(value: JsonValue, asked?: AuditExportFormat): AuditExport {
  const told = fields.object(value);
  const format = fields.oneOf(told['format'], AUDIT_EXPORT_FORMATS);
  if (asked !== undefined && format !== asked) return fields.refuse();
  fields.instant(told['expiresAt']);
  return {
    exportId: fields.id<ExportId>(told['exportId']),
    format,
    rows: fields.count(told['rows']),
    step: fields.oneOf(told['step'], STEPS),
    expiresAt: fields.text(told['expiresAt'], 32),
  };
}
