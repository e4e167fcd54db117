import {
  CASE_LIMITS,
  type Action,
  type AuditEvent,
  type CaseShown,
  type CasesShown,
  type CaseStatistics,
} from '@enlace/contracts';
import type { CasesQuery, CaseStateRequest, OpenCaseRequest } from '@enlace/contracts/dto';
import { parseId, type CaseId, type Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { CasesRepository } from './cases.repository.js';

/** Cases: which States work together on what, without its name. */
@Injectable()
export class Cases {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: CasesRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Begins a case of the own State. The same request again finds it. Throws `case.conflict` when the id stands for
   * something else, `case.not-found` when it is somebody else's.
   */
  async open(act: ActContext, request: OpenCaseRequest): Promise<CaseShown> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const caseId = parseId<CaseId>(request.caseId);
      this.permissions.assert(at, 'case.create', {
        about: { type: 'case', id: caseId, ownerState: state },
      });
      const { caseType, legalBasis } = request;
      const isNew = await this.repository.open(
        at.tx,
        { caseId, caseType, legalBasis },
        this.clock.nowMs(),
      );
      const shown = await this.repository.find(at.tx, caseId);
      if (shown === null) throw new Refusal('case.not-found');
      const isSame = shown.caseType === caseType && shown.legalBasis === legalBasis;
      if (!isNew && !isSame) throw new Refusal('case.conflict');
      const repeated = isNew ? {} : { reasonCode: 'repeated' };
      const fields = { classification: caseType };
      await this.#record(at, shown, { type: 'case.created', fields, ...repeated });
      return shown;
    });
  }

  /** The cases of the person, the newest first. */
  async list(act: ActContext, { after = null }: { readonly after?: CasesQuery['after'] | null }) {
    return this.acts.run(act, async (at): Promise<CasesShown> => {
      const { state, personId } = getSession(at);
      // Of the own list everybody who can be in a case is a member.
      this.permissions.assert(at, 'case.list', {
        about: { type: 'case', id: personId, ownerState: state, membership: 'member' },
      });
      const cases = await this.repository.list(at.tx, { after, limit: CASE_LIMITS.page });
      await this.audit.record(at, {
        type: 'case.listed',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: state },
        states: [state],
        fields: { count: cases.length },
      });
      return { cases };
    });
  }

  /** How many there are of each kind: in the own State, or in all of them for the secretariat. */
  async count(act: ActContext): Promise<CaseStatistics> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const object = { type: 'case', id: 'statistics', ownerState: state } as const;
      this.permissions.assert(at, 'case.statistics', { about: object });
      const counts = await this.repository.count(at.tx);
      await this.audit.record(at, {
        type: 'audit.statistics-viewed',
        outcome: 'success',
        object,
        states: [state],
        fields: { view: 'cases' },
      });
      return { counts };
    });
  }

  /** Throws `case.not-found`. */
  async show(act: ActContext, id: string): Promise<CaseShown> {
    return this.acts.run(act, async (at) => {
      const shown = await this.findFor(at, id, 'case.consult');
      await this.#record(at, shown, { type: 'case.consulted', fields: {} });
      return shown;
    });
  }

  /** By a steward, with a second factor. Throws `case.not-found`, `case.conflict` when the State takes part already. */
  async addState(
    act: ActContext,
    id: string,
    { newState: state }: CaseStateRequest,
  ): Promise<CaseShown> {
    return this.acts.run(act, async (at) => {
      const before = await this.findFor(at, id, 'case.add-state');
      const isAdded = await this.repository.addState(at.tx, before.caseId, state);
      if (!isAdded) throw new Refusal('case.conflict');
      const shown = { ...before, states: [...before.states, state].toSorted() };
      await this.#record(at, shown, { type: 'case.state-added', fields: { state } });
      return shown;
    });
  }

  /** The case in which somebody wants to act, if the policy lets them. Throws `case.not-found`, and what it refuses. */
  async findFor(at: ActTransaction, id: string, action: Action): Promise<CaseShown> {
    const shown = await this.repository.find(at.tx, parseId<CaseId>(id));
    if (shown === null) throw new Refusal('case.not-found');
    const { caseId, ownerState, states, status, isHeld, role, legalBasis } = shown;
    this.permissions.assert(at, action, {
      about: {
        type: 'case',
        id: caseId,
        ownerState,
        states,
        state: status,
        hold: isHeld,
        membership: role,
        legalBasis,
      },
      absent: 'case.not-found',
    });
    return shown;
  }

  async #record<Type extends 'case.created' | 'case.consulted' | 'case.state-added'>(
    at: ActTransaction,
    { caseId, ownerState, states }: CaseShown,
    said: Pick<AuditEvent<Type>, 'type' | 'fields' | 'reasonCode'>,
  ): Promise<void> {
    const object = { type: 'case', id: caseId, ownerState } as const;
    await this.audit.record(at, { ...said, outcome: 'success', object, states, caseId });
  }
}
