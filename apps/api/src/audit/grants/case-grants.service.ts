import { GRANT_LIMITS, type Approval, type CaseGrant } from '@enlace/contracts';
import type { CaseGrantRequest } from '@enlace/contracts/dto';
import { formatInstant, parseId, type Clock, type PersonId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { CaseGrantsRepository, type KeptGrant } from './case-grants.repository.js';

const LONGEST_MS = GRANT_LIMITS.caseDays * 86_400_000;

/**
 * Two auditors of the State that answers for a case open its events to an auditor of another State, as a State that
 * takes part sees them, for a while. Each step stands in the record of the case, and that auditor's State sees it.
 */
@Injectable()
export class CaseGrants {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly repository: CaseGrantsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The first of the two; nothing is open yet. Throws `scope.refused` for a case of another State, for somebody who is
   * no auditor of another one, and for more than 30 days; `step-up.required`.
   */
  async ask(act: ActContext, asked: CaseGrantRequest): Promise<CaseGrant> {
    return this.acts.run(act, async (at) => {
      const { scopeId } = asked;
      await this.#assertMay(at, scopeId, { isProposal: true });
      const nowMs = this.clock.nowMs();
      const expiresAtMs = Date.parse(asked.expiresAt);
      if (!(expiresAtMs > nowMs && expiresAtMs <= nowMs + LONGEST_MS)) {
        throw new Refusal('scope.refused');
      }
      if (!(await this.repository.ask(at.tx, asked, nowMs))) throw new Refusal('scope.refused');
      const kept = await this.#find(at, scopeId);
      await this.#record(at, scopeId, { kept, kind: 'case-asked' });
      return told(scopeId, kept, 'proposed');
    });
  }

  /** The second. Throws `scope.not-found`, `approval.required`, `step-up.required`. */
  async approve(act: ActContext, scopeId: string): Promise<CaseGrant> {
    return this.acts.run(act, async (at) => {
      const kept = await this.#find(at, scopeId);
      const { state } = getSession(at);
      const askedBy = parseId<PersonId>(kept.askedBy);
      const approvals = [{ personId: askedBy, state, roles: kept.roles }];
      await this.#assertMay(at, scopeId, { approvals });
      if (!(await this.repository.grant(at.tx, scopeId, this.clock.nowMs()))) {
        throw new Refusal('scope.not-found');
      }
      await this.#record(at, scopeId, { kept, kind: 'case', approvals: [askedBy] });
      return told(scopeId, kept, 'granted');
    });
  }

  /** One auditor takes back what two gave. Throws `scope.not-found` for what is over. */
  async revoke(act: ActContext, scopeId: string): Promise<CaseGrant> {
    return this.acts.run(act, async (at) => {
      const kept = await this.#find(at, scopeId);
      // To take away needs no second person, like a proposal.
      await this.#assertMay(at, scopeId, { isProposal: true });
      if (!(await this.repository.revoke(at.tx, scopeId, this.clock.nowMs()))) {
        throw new Refusal('scope.not-found');
      }
      await this.#record(at, scopeId, { kept, kind: 'case', isOver: true });
      return told(scopeId, kept, 'revoked');
    });
  }

  async #find(at: ActTransaction, scopeId: string): Promise<KeptGrant> {
    const kept = await this.repository.find(at.tx, scopeId, getSession(at).state);
    if (kept === null) throw new Refusal('scope.not-found');
    return kept;
  }

  /** The regional auditor answers for no case, and a technical one sees no section that they could open. */
  async #assertMay(
    at: ActTransaction,
    scopeId: string,
    how: { readonly isProposal?: boolean; readonly approvals?: readonly Approval[] },
  ): Promise<void> {
    const about = { type: 'audit-scope', id: scopeId };
    await this.rights.assert(at, 'audit.grant-scope', { about, ...how });
  }

  async #record(
    at: ActTransaction,
    scopeId: string,
    {
      kept,
      kind,
      approvals,
      isOver = false,
    }: {
      readonly kept: KeptGrant;
      readonly kind: 'case' | 'case-asked';
      readonly approvals?: readonly PersonId[];
      readonly isOver?: boolean;
    },
  ): Promise<void> {
    const { state } = getSession(at);
    const { caseId, holderState, expiresAtMs } = kept;
    const holder = { personId: parseId<PersonId>(kept.holderId), state: holderState };
    await this.audit.record(at, {
      type: isOver ? 'audit-scope.revoked' : 'audit-scope.granted',
      outcome: 'success',
      object: { type: 'audit-scope', id: scopeId, ownerState: state },
      states: [state, holderState].toSorted(),
      caseId,
      fields: {
        kind,
        holderAlias: await this.audit.findAlias(at, holder),
        holderState,
        expiresAt: formatInstant(expiresAtMs),
      },
      ...(approvals === undefined ? {} : { why: { approvals } }),
    });
  }
}

function told(
  scopeId: string,
  { caseId, holderState, expiresAtMs }: KeptGrant,
  step: CaseGrant['step'],
): CaseGrant {
  return { scopeId, step, caseId, holderState, expiresAt: formatInstant(expiresAtMs) };
}
