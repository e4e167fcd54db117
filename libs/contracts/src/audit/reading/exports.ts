/** What one export may take out of the record. */
export const AUDIT_EXPORT_LIMITS = {
  /** Events of one file or bundle. */
  events: 10_000,
  /** Above it a second auditor of the State must agree. */
  alone: 1_000,
  /** How long an export can be downloaded. In milliseconds. */
  lifeMs: 86_400_000,
} as const;

/** JSON Lines with everything that proves an event, a table, OCSF, and JSON Lines with what a bundle needs besides. */
export const AUDIT_EXPORT_FORMATS = ['jsonl', 'csv', 'ocsf', 'bundle'] as const;
export type AuditExportFormat = (typeof AUDIT_EXPORT_FORMATS)[number];

/** An export that its auditor may download, or that waits for a second one. */
export interface AuditExport {
  readonly exportId: string;
  readonly format: AuditExportFormat;
  /** Events that have their place in a log; later ones are in a later export. */
  readonly rows: number;
  readonly step: 'ready' | 'waiting';
  readonly expiresAt: string;
}
