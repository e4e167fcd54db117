import type { CaseMemberShown, CaseReported, CaseShown, State } from '@enlace/contracts';
import type { CaseChangeRequest, CaseMemberParams, CaseMemberRequest } from '@enlace/contracts/dto';
import { parseId, type PersonId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CaseChangesRepository, type NamedMember } from './case-changes.repository.js';
import { Cases } from './cases.service.js';

const CODES = ['caseType', 'legalBasis'] as const;

/** What changes in a case while it goes on: its codes, who is in it, and who was told of it. */
@Injectable()
export class CaseChanges {
  constructor(
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly repository: CaseChangesRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * Other codes for what begins in it from now on: each thread keeps those that it was opened with. Throws
   * `case.not-found`, `access.denied`, `case.conflict` when it has them already.
   */
  async update(act: ActContext, id: string, request: CaseChangeRequest): Promise<CaseShown> {
    return this.acts.run(act, async (at) => {
      const before = await this.cases.findFor(at, id, 'case.update');
      const { caseType = before.caseType, legalBasis = before.legalBasis } = request;
      const after = { ...before, caseType, legalBasis };
      if (!(await this.repository.update(at.tx, after))) throw new Refusal('case.conflict');
      const changedFields = CODES.filter((code) => before[code] !== after[code]);
      await this.audit.record(at, {
        ...about(after),
        type: 'case.updated',
        fields: { classification: caseType, changedFields },
      });
      return after;
    });
  }

  /**
   * Somebody of a State of the case is its member or its steward from now on. Throws `case.not-found`, `access.denied`,
   * `person.not-found` for whoever cannot be in it, `case.conflict` when nothing would change or no steward be left.
   */
  async addMember(
    act: ActContext,
    id: string,
    { memberId, newRole: role }: CaseMemberRequest,
  ): Promise<CaseMemberShown> {
    return this.acts.run(act, async (at) => {
      const shown = await this.cases.findFor(at, id, 'case.add-member');
      const personId = parseId<PersonId>(memberId);
      const put = await this.repository.putMember(at.tx, shown.caseId, { personId, role });
      if (put === null) throw new Refusal('person.not-found');
      if (!put.isDone) throw new Refusal('case.conflict');
      const fields = await this.#named(at, shown, { personId, role, state: put.state });
      await this.audit.record(at, { ...about(shown), type: 'case.member-added', fields });
      return { caseId: shown.caseId, memberId: personId, role };
    });
  }

  /**
   * No member by name any more; whoever is in a thread of the case stays in it with that thread. Throws
   * `case.not-found`, `access.denied`, `person.not-found`, `case.conflict` when no steward would be left.
   */
  async removeMember(
    act: ActContext,
    { id, memberId }: CaseMemberParams,
  ): Promise<CaseMemberShown> {
    return this.acts.run(act, async (at) => {
      const shown = await this.cases.findFor(at, id, 'case.remove-member');
      const personId = parseId<PersonId>(memberId);
      const dropped = await this.repository.dropMember(at.tx, shown.caseId, personId);
      if (dropped === null) throw new Refusal('person.not-found');
      if (!dropped.isDone) throw new Refusal('case.conflict', { facts: { rule: 'last-steward' } });
      await this.#recordGone(at, shown, {
        ...dropped,
        personId,
        cause: 'removed',
      });
      return { caseId: shown.caseId, memberId: personId, role: null };
    });
  }

  /**
   * A State takes part no more, with everybody of it who is a member by name. Throws `case.not-found`, `access.denied`,
   * `step-up.required`, `case.conflict` with what stands in the way.
   */
  async removeState(act: ActContext, id: string, state: State): Promise<CaseShown> {
    return this.acts.run(act, async (at) => {
      const before = await this.cases.findFor(at, id, 'case.remove-state');
      const { refused, members } = await this.repository.dropState(at.tx, before.caseId, state);
      if (refused !== null) throw new Refusal('case.conflict', { facts: { rule: refused } });
      // What is on record is also for the State that leaves.
      await this.audit.record(at, {
        ...about(before),
        type: 'case.state-removed',
        fields: { state },
      });
      for (const member of members) {
        await this.#recordGone(at, before, { ...member, state, cause: 'state-removed' });
      }
      return { ...before, states: before.states.filter((one) => one !== state) };
    });
  }

  /**
   * Tells the specialised office above the own one: its people are members of the case from now on, and of none of its
   * threads. Throws `case.not-found`, `access.denied`, `case.conflict` where it was told before or there is none.
   */
  async reportUp(act: ActContext, id: string): Promise<CaseReported> {
    return this.acts.run(act, async (at) => {
      const shown = await this.cases.findFor(at, id, 'case.report-up');
      const reported = await this.repository.report(at.tx, shown.caseId);
      if (reported === null) throw new Refusal('case.conflict', { facts: { rule: 'no-office' } });
      if (!reported.isDone) throw new Refusal('case.conflict');
      const { officeId } = reported;
      await this.audit.record(at, {
        ...about(shown),
        type: 'case.reported-up',
        fields: { officeId },
      });
      return { caseId: shown.caseId, officeId };
    });
  }

  async #recordGone(
    at: ActTransaction,
    shown: CaseShown,
    { cause, ...member }: NamedMember & { readonly state: State; readonly cause: string },
  ): Promise<void> {
    const fields = { ...(await this.#named(at, shown, member)), cause };
    await this.audit.record(at, { ...about(shown), type: 'case.member-removed', fields });
  }

  async #named(
    at: ActTransaction,
    { caseId }: CaseShown,
    { personId, role, state }: NamedMember & { readonly state: State },
  ) {
    const memberAlias = await this.audit.findAlias(at, { personId, state, caseId });
    return { memberAlias, memberState: state, role };
  }
}

function about({ caseId, ownerState, states }: CaseShown) {
  const object = { type: 'case', id: caseId, ownerState } as const;
  return { outcome: 'success', object, states, caseId } as const;
}
