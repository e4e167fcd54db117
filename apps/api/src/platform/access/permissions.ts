import {
  decide,
  type Action,
  type Approval,
  type AuditScope,
  type Context,
  type Obligation,
  type PolicyObject,
  type Subject,
} from '@enlace/contracts';
import type { Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { SessionContext } from '../database/database.js';
import { Refusal, type RefusalCode } from '../problem/refusal.js';
import { CLOCK } from '../tokens.js';
import type { ActContext, ActTransaction } from './act.js';
import { getSession } from './acting-session.js';

/** What an act is about, as far as it has members, offices and a hold; what is not said has none. */
type Asked = Pick<PolicyObject, 'type' | 'id' | 'ownerState'> & Partial<PolicyObject>;

interface Asking {
  readonly approvals?: readonly Approval[];
  /** The act only opens a proposal; a second person completes it. */
  readonly isProposal?: boolean;
  /** Whose events an auditor who asks may see, as the certificate says. */
  readonly auditScope?: AuditScope | undefined;
  /** The answer to whoever may not know that the object exists; without it the object is no secret. */
  readonly absent?: RefusalCode;
}

/** Asks the policy. The first line of every act. */
@Injectable()
export class Permissions {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * What the caller owes because the act is allowed. Throws `access.denied`, `step-up.required`, `approval.required`,
   * `purpose.required` or the given code for what is absent, with the rule that decided; `session.ended` without a
   * session.
   */
  assert(
    at: ActTransaction,
    action: Action,
    { absent = 'access.denied', ...asking }: Asking & { readonly about: Asked },
  ): readonly Obligation[] {
    const { act } = at;
    const object = {
      states: [asking.about.ownerState],
      state: 'open',
      hold: false,
      ...asking.about,
    };
    const decision = decide(
      subjectOf(getSession(at), act, asking.auditScope),
      action,
      object,
      this.#contextOf(act, asking),
    );
    if (decision.allow) return decision.obligations;
    const facts = { ruleId: decision.ruleId };
    switch (decision.disclose) {
      case 'absent':
        throw new Refusal(absent, absent === 'access.denied' ? { facts } : {});
      case 'forbidden':
        throw new Refusal('access.denied', { facts });
      case 'step-up':
        throw new Refusal('step-up.required', { facts });
      case 'approval':
        throw new Refusal('approval.required', { facts });
      case 'purpose':
        throw new Refusal('purpose.required', { facts });
    }
  }

  #contextOf(act: ActContext, { approvals = [], isProposal = false }: Asking): Context {
    const { purpose, declarationId } = act.why;
    return {
      ...(purpose === undefined ? {} : { purpose }),
      ...(declarationId === undefined ? {} : { declarationId }),
      nowMs: this.clock.nowMs(),
      bodyHash: act.stepUp?.bodyHash ?? '',
      approvals,
      risk: [],
      ...(isProposal ? { phase: 'proposal' as const } : {}),
    };
  }
}

/** Who asks. Nothing of it comes from the request. */
function subjectOf(
  session: SessionContext,
  { stepUp }: ActContext,
  auditScope: AuditScope | undefined,
): Subject {
  const { personId, deviceId, officeId } = session;
  return {
    personId,
    deviceId,
    officeId,
    state: session.state,
    roles: session.roles,
    acr: session.acr,
    ...(stepUp === undefined ? {} : { stepUp }),
    ...(auditScope === undefined ? {} : { auditScope }),
  };
}
