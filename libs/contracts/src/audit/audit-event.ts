import type { CaseId, PersonId, RequestId, ThreadId } from '@enlace/kernel';

import type { Purpose } from '../policy/policy-model.js';
import type { StateCode } from '../states.js';
import type { AuditFields, RecordableType } from './event-fields.js';
import type { AuditObject } from './event-types.js';

export type AuditOutcome = 'success' | 'denied' | 'failed';

/** Why somebody acted: the section `why` of an event, and of what a declaration lends to the acts under it. */
export interface AuditWhy {
  readonly purpose?: Purpose;
  readonly declarationId?: string;
  readonly justificationHash?: string;
  readonly legalBasis?: string;
  /** The persons who approved besides the actor. */
  readonly approvals?: readonly PersonId[];
  /** Administrative acts only; the host can read it. */
  readonly reasonText?: string;
}

/** What an act was about. */
export interface AuditSubject {
  readonly type: AuditObject;
  /** A UUID, or the name of what has none (a State, a log). */
  readonly id: string;
  readonly ownerState?: StateCode;
}

/** What a service says of its act. Who, where and the signed request come from the door and cannot be said here. */
export interface AuditEvent<Type extends RecordableType = RecordableType> {
  readonly type: Type;
  readonly outcome: AuditOutcome;
  readonly reasonCode?: string;
  readonly ruleId?: string;
  readonly object: AuditSubject;
  /** Sorted, unique: the actor's, the owner's, and those of all members at this moment. */
  readonly states: readonly StateCode[];
  readonly caseId?: CaseId;
  readonly threadId?: ThreadId;
  readonly requestId?: RequestId;
  readonly fields: AuditFields[Type];
  readonly why?: AuditWhy;
}
