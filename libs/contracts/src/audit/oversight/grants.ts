import type { StateCode } from '../../states.js';

export const GRANT_LIMITS = {
  /** How long a case may be open to an auditor of another State. In days. */
  caseDays: 30,
} as const;

/** The events of a case, open to one auditor of another State: asked for, granted by a second one, or taken back. */
export interface CaseGrant {
  readonly scopeId: string;
  readonly step: 'proposed' | 'granted' | 'revoked';
  readonly caseId: string;
  readonly holderState: StateCode;
  readonly expiresAt: string;
}

/** Sections of events, opened to the auditors of another State, or asked for. */
export interface Disclosure {
  readonly disclosureId: string;
  readonly step: 'proposed' | 'disclosed';
  /** Events whose sections the other State now reads: those in which it takes part. */
  readonly events: number;
}
