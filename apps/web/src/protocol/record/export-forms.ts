import { AUDIT_EXPORT_FORMATS } from '@enlace/contracts';

import { z } from '../messages.js';
import { recordFilter } from './record-forms.js';

/** Why auditors take events out of the record; the reason is on record with the export. */
const EXPORT_PURPOSES = ['audit', 'supervision', 'data-subject-request'] as const;
const purpose = z.enum(EXPORT_PURPOSES);
const exportId = z.string();

export const wantedExport = z.strictObject({
  format: z.enum(AUDIT_EXPORT_FORMATS),
  purpose,
  filter: recordFilter,
});

/** An export that this browser asked for and can still take. */
export const askedExport = z.strictObject({
  exportId,
  format: z.enum(AUDIT_EXPORT_FORMATS),
  rows: z.int(),
  expiresAt: z.string(),
});

export const namedExport = z.strictObject({ exportId, purpose });
