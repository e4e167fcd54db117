import { IsIn } from 'class-validator';

import { AUDIT_EXPORT_FORMATS, type AuditExportFormat } from './exports.js';
import { AuditSearchRequest } from './searches.dto.js';

/** A search whose whole answer is taken out; it has no pages. */
export class AuditExportRequest extends AuditSearchRequest {
  @IsIn(AUDIT_EXPORT_FORMATS)
  readonly format: AuditExportFormat;
}
