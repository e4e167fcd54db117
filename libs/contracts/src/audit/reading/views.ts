import type { AuditReach } from './searches.js';

/** The questions of auditors that a view answers; whether the log is whole has a page of its own. */
export const AUDIT_VIEWS = [
  'case-access',
  'person-activity',
  'off-hours',
  'places',
  'breakglass',
  'refusals',
  'egress',
  'after-end',
  'changes',
  'state-matrix',
  'unusual',
  'audit-of-audit',
  'erasures',
  'subject-access',
  'request-life',
] as const;
export type AuditViewName = (typeof AUDIT_VIEWS)[number];

export const AUDIT_VIEW_LIMITS = {
  /** Events that one view is made of; beyond it, it says that there are more, and a shorter time shows them. */
  events: 2_000,
} as const;

export type AuditCell = string | number | null;

/** One number of a plot. The same numbers can be counted in the table. */
export interface AuditPlotPoint {
  readonly series: string;
  readonly at: string;
  readonly value: number;
}

/** The answer to one question, over the events that whoever asks may see. */
export interface AuditViewShown extends AuditReach {
  readonly view: AuditViewName;
  /** `case=...`, in the order of the names. */
  readonly filter: readonly string[];
  /** Events it is made of; the newest ones where `isMore`. */
  readonly count: number;
  readonly isMore: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly AuditCell[])[];
  readonly plot: readonly AuditPlotPoint[];
}

/** What one witness has cosigned last. */
export interface WitnessAge {
  readonly name: string;
  readonly size: number;
  readonly cosignedAt: string;
}

/** One log as it stands: all of it is checked against signed checkpoints by whoever asks. */
export interface LogIntegrity {
  readonly origin: string;
  readonly state: 'open' | 'halted' | 'closed';
  readonly size: number;
  /** Of the newest checkpoint; null before the first one. */
  readonly root: string | null;
  readonly signedAt: string | null;
  readonly witnesses: readonly WitnessAge[];
}

/** Where the manifests of one State end. */
export interface ManifestReach {
  readonly origin: string;
  readonly state: string;
  readonly manifests: number;
  readonly toIndex: number;
  readonly issuedAt: string;
}

/** What has been said against the record, and what is gone from it: numbers, and nobody's name. */
export interface RecordOversight {
  /** Receipts whose promise a device says was broken. */
  readonly disputes: number;
  /** Gaps in the numbers of devices that nobody explained. */
  readonly counterGaps: number;
  /** Events that explain an erasure, asked for or due. */
  readonly erasures: number;
  /** Whether this database records direct reads of the sections (pgaudit); an embedded one does not. */
  readonly recordsDirectReads: boolean;
}

export interface AuditIntegrity {
  readonly logs: readonly LogIntegrity[];
  readonly manifests: readonly ManifestReach[];
  readonly oversight: RecordOversight;
}
