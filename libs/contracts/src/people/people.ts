import type { AuditScope, Role } from '../policy/roles.js';
import type { StateCode } from '../states.js';

/** What one request about people may answer. */
export const PEOPLE_LIMITS = {
  /** Invitations of one list, the newest first. */
  invitations: 200,
  /** People of one page. */
  people: 200,
} as const;

/** A person as the own registrars and auditors see it. The certificate itself is in the statements log. */
export interface PersonSummary {
  readonly personId: string;
  readonly state: StateCode;
  readonly officeId: string;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
  /** Hash of the card; the name comes with `GET /directory/cards`. */
  readonly card: string;
  readonly notAfter: string;
  /** Of the newest certificate; null while it counts. */
  readonly revokedReason: string | null;
  /** The person has an account: the ceremony came to its end. */
  readonly isActive: boolean;
  /** The person said "this was not me", and no registrar has lifted it. */
  readonly isFrozen: boolean;
}

/** A device of the person who asks. */
export interface DeviceSummary {
  readonly deviceId: string;
  readonly platform: 'browser' | 'cli';
  readonly notAfter: string;
  readonly revokedReason: string | null;
}

/** A code with which a person who has no passkey left may certify a new device; two registrars issue it. */
export interface ReentryStanding {
  readonly reentryId: string;
  readonly personId: string;
  readonly step: 'proposed' | 'approved';
  readonly expiresAt: string;
}
