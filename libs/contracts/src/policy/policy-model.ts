import type { CaseId, DeviceId, OfficeId, PersonId } from '@enlace/kernel';

import type { StateCode } from '../states.js';
import type { AuditScope, Role } from './roles.js';
import type { Action } from './table.js';

/** Why somebody consults or discloses (Directive (EU) 2016/680, article 25). */
export const PURPOSES = [
  'investigation',
  'prosecution',
  'mla-preparation',
  'mla-execution',
  'urgent-protection',
  'supervision',
  'audit',
  'data-subject-request',
  'training',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Handling codes, from free use to named recipients only. */
export const HANDLING_CODES = ['EN0', 'EN1', 'EN2', 'EN3'] as const;
export type Handling = (typeof HANDLING_CODES)[number];

/** Who asks: a session, as the database resolved it. Nothing here comes from the request. */
export interface Subject {
  readonly personId: PersonId;
  readonly state: StateCode;
  readonly officeId: OfficeId;
  readonly roles: readonly Role[];
  readonly auditScope?: AuditScope;
  readonly deviceId: DeviceId;
  readonly acr: 'passkey' | 'software-key' | 'recovery';
  readonly stepUp?: {
    readonly action: Action;
    readonly objectId: string;
    readonly bodyHash: string;
  };
}

/** What it is about, loaded under row-level security; `membership` is the subject's own. */
export interface PolicyObject {
  readonly type: string;
  readonly id: string;
  readonly ownerState: StateCode;
  /** The States that take part. */
  readonly states: readonly StateCode[];
  readonly officeId?: OfficeId;
  readonly personId?: PersonId;
  readonly membership?: 'steward' | 'member' | 'invited' | 'former';
  /** The State that opened the thread. */
  readonly originator?: StateCode;
  /** States that wrote entries of handling code EN2: onward transfer needs a steward of each. */
  readonly onwardStates?: readonly StateCode[];
  /** Recipients of an object of handling code EN3. */
  readonly named?: readonly PersonId[];
  readonly legalBasis?: string;
  readonly handling?: Handling;
  readonly state: string;
  readonly hold: boolean;
}

/** A signed approval that the caller has verified, with what the directory says of its signer. */
export interface Approval {
  readonly personId: PersonId;
  readonly state: StateCode;
  readonly roles: readonly Role[];
  readonly auditScope?: AuditScope;
  readonly membership?: 'steward' | 'member';
}

export type RiskSign = 'handling-mismatch';

export interface Context {
  readonly purpose?: Purpose;
  readonly caseId?: CaseId;
  readonly declarationId?: string;
  readonly nowMs: number;
  readonly bodyHash: string;
  readonly approvals: readonly Approval[];
  readonly risk: readonly RiskSign[];
  /** An auditor's grant for the case of this object is in force. */
  readonly hasCaseGrant?: boolean;
  /** The act only opens a proposal that takes effect with the second person's own act. */
  readonly phase?: 'proposal';
}

/** What the caller must do because the act was allowed this way. */
export type Obligation =
  | 'record-purpose'
  | 'aggregates-only'
  | 'sections-what-why'
  | 'withhold-where'
  | 'no-sections'
  | 'stamp-not-evidence'
  | 'await-second-person';

/** Which rule decided; it goes into the event and into the problem's facts. */
export type RuleId = `${'D' | 'S' | 'B' | 'M' | 'R' | 'C'}-${number}` | `R-${Action}`;

export type Decision =
  | {
      readonly allow: true;
      readonly ruleId: RuleId;
      readonly obligations: readonly Obligation[];
    }
  | {
      readonly allow: false;
      readonly ruleId: RuleId;
      /** What the refusal may tell: nothing, that it exists, or what is missing. */
      readonly disclose: 'absent' | 'forbidden' | 'step-up' | 'approval' | 'purpose';
    };
