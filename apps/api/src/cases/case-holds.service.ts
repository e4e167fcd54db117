import type { Approval, CaseHeld } from '@enlace/contracts';
import type { CaseHoldRequest } from '@enlace/contracts/dto';
import {
  isDomainError,
  parseBase64Url,
  parseId,
  toHex,
  type CaseId,
  type Clock,
} from '@enlace/kernel';
import { verifyApproval, type VerifiedApproval } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { CaseLivesRepository, type CaseToHold } from './case-lives.repository.js';

/** What keeps everything under a case, by the words of two persons. */
@Injectable()
export class CaseHolds {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: CaseLivesRepository,
    private readonly directory: DirectoryLog,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * From now on nothing of the case, of its threads and of the record of them is erased. Throws `case.not-found`,
   * `case.held`, `statement.refused`, `approval.required`, `step-up.required`.
   */
  async hold(act: ActContext, id: string, request: CaseHoldRequest): Promise<CaseHeld> {
    return this.#setHold(act, id, { request, isHeld: true });
  }

  /** As `hold`; `case.not-held` where nothing is to be lifted. Threads keep the holds of their own. */
  async lift(act: ActContext, id: string, request: CaseHoldRequest): Promise<CaseHeld> {
    return this.#setHold(act, id, { request, isHeld: false });
  }

  async #setHold(
    act: ActContext,
    id: string,
    { request, isHeld }: { readonly request: CaseHoldRequest; readonly isHeld: boolean },
  ): Promise<CaseHeld> {
    const caseId = parseId<CaseId>(id);
    return this.acts.run(act, async (at) => {
      const nowMs = this.clock.nowMs();
      const verified = await this.#verify(at, caseId, { request, isHeld, nowMs });
      const nonces = verified.map(({ nonce }) => toHex(parseBase64Url(nonce)));
      const found = await this.repository.findToHold(at.tx, caseId, nonces);
      if (found === null) throw new Refusal('case.not-found');
      const { ownerState, states, isHeld: wasHeld } = found;
      const approvals = verified.map(({ device: { person } }) => approvalOf(person, found));
      this.permissions.assert(at, isHeld ? 'case.place-hold' : 'case.lift-hold', {
        about: aboutCase(caseId, found),
        approvals,
        absent: 'case.not-found',
      });
      if (found.used.length > 0 || new Set(nonces).size < nonces.length) {
        throw new Refusal('statement.refused', { facts: { rule: 'approval-used' } });
      }
      if (wasHeld === isHeld) throw new Refusal(isHeld ? 'case.held' : 'case.not-held');
      const persons = approvals.map(({ personId }) => personId);
      const kept = persons.map((personId, at_) => ({ personId, nonce: nonces[at_] ?? '' }));
      await this.repository.setHold(at.tx, caseId, { isHeld, approvals: kept, nowMs });
      await this.audit.record(at, {
        type: isHeld ? 'case.hold-placed' : 'case.hold-lifted',
        outcome: 'success',
        object: { type: 'case', id: caseId, ownerState },
        states,
        caseId,
        fields: { approvals: persons },
        why: { approvals: persons },
      });
      return { caseId, isHeld };
    });
  }

  async #verify(
    { tx }: ActTransaction,
    caseId: CaseId,
    {
      request,
      isHeld,
      nowMs,
    }: { readonly request: CaseHoldRequest; readonly isHeld: boolean; readonly nowMs: number },
  ): Promise<readonly VerifiedApproval[]> {
    const directory = await this.directory.current(tx);
    const moment = { nowMs };
    const action = isHeld ? 'hold' : 'release';
    const act = { caseId, action, basis: request.basis, until: null };
    return request.approvals.map((wire) => {
      try {
        return verifyApproval(wire, act, { directory, moment });
      } catch (cause) {
        if (!isDomainError(cause)) throw cause;
        throw new Refusal('statement.refused', { cause, facts: { rule: 'approval' } });
      }
    });
  }
}

function aboutCase(id: CaseId, { ownerState, states, status, role, isHeld }: CaseToHold) {
  const about = { type: 'case', id, ownerState, states, state: status, hold: isHeld };
  return role === null ? about : { ...about, membership: role };
}

function approvalOf(
  { personId, state, roles, auditScope }: VerifiedApproval['device']['person'],
  { stewards }: CaseToHold,
): Approval {
  return {
    personId,
    state,
    roles,
    ...(auditScope === null ? {} : { auditScope }),
    ...(stewards.includes(personId) ? { membership: 'steward' } : {}),
  };
}
