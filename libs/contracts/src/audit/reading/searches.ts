import type { AuditScope } from '../../policy/roles.js';

/** What one search of the record may ask for and answer. */
export const AUDIT_SEARCH_LIMITS = {
  /** Events of one page, and of one that names no number. */
  rows: 200,
  defaultRows: 50,
  /** Events are counted up to here; beyond it there are "more". */
  counted: 10_000,
  /** Characters of the searched reason. */
  textCharacters: 80,
} as const;

/** The five sections of an event, in the order of its commitment. */
export type AuditSectionName = 'what' | 'who' | 'where' | 'why' | 'attest';

/** Bytes and salt of a section, in base64url. */
export interface AuditSectionShown {
  readonly salt: string;
  readonly bytes: string;
}

/**
 * One event as whoever asks may see it: each section is shown or says why not. Nothing of it counts before leaf,
 * digests and place were checked against a signed checkpoint.
 */
export interface AuditEventShown {
  readonly eventId: string;
  /** Name of the log and place in it; both null while the event waits for its place. */
  readonly origin: string | null;
  readonly index: number | null;
  /** The 58 bytes of its leaf, in base64url, like the digests. */
  readonly leaf: string;
  readonly digests: Readonly<Record<AuditSectionName, string>>;
  readonly sections: Readonly<Partial<Record<AuditSectionName, AuditSectionShown>>>;
  /** `erased` is proven by an event of its own; `withheld` is the server's word. */
  readonly absent: Readonly<Partial<Record<AuditSectionName, 'erased' | 'withheld'>>>;
}

/** How far the record reaches at this moment, and whose events whoever asks may see. */
export interface AuditReach {
  /** The newest event that has its place; null when none has. */
  readonly lastIntegrated: { readonly origin: string; readonly index: number } | null;
  /** null: one's own events alone. */
  readonly scope: AuditScope | null;
  /** Cases that two auditors have granted. */
  readonly caseGrants: readonly string[];
}

/** One page, newest first. A late commit may appear out of order; exact sets come from exports by index. */
export interface AuditEventsFound extends AuditReach {
  readonly events: readonly AuditEventShown[];
  /** For the next page of the same search, in the same session; null when this was the last. */
  readonly cursor: string | null;
  /** Of the whole search, told with its first page; `isMore` when there are more than were counted. */
  readonly total: { readonly count: number; readonly isMore: boolean } | null;
}

/** One event with the reach of who asked. */
export interface AuditEventFound extends AuditReach {
  readonly event: AuditEventShown;
}
