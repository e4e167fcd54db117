import { ERASURE_LIMITS, type Approval, type Erasure, type StateCode } from '@enlace/contracts';
import type { ErasureRequest } from '@enlace/contracts/dto';
import { parseId, type Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { PublishedLogs } from '../../platform/logs/published-logs.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { erasedRanges, inEvents } from './erased-ranges.js';
import { ErasuresRepository, type AskedErasure } from './erasures.repository.js';

/**
 * An auditor and a registrar of a State erase sections of the events of their own people. The log stays whole: what is
 * gone is explained by an event, which names the entries whose sections are no more, and those alone.
 */
@Injectable()
export class Erasures {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: ErasuresRepository,
    private readonly logs: PublishedLogs,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The first of the two asks; nothing is gone yet. Throws `log.not-found`, `erasure.malformed`, `step-up.required`.
   */
  async ask(act: ActContext, asked: ErasureRequest): Promise<Erasure> {
    await this.#assertInLog(asked);
    const { erasureId, rule, origin, sections } = asked;
    return this.acts.run(act, async (at) => {
      this.#permit(at, erasureId, { isProposal: true });
      await this.repository.ask(at.tx, asked, this.clock.nowMs());
      const ranges = asked.ranges.map(({ first, last }) => `${origin} ${first}-${last}`);
      for (const some of inEvents(ranges)) {
        await this.#record(at, erasureId, { rule, sections, ranges: [], asked: some });
      }
      return { erasureId, step: 'proposed', events: 0 };
    });
  }

  /**
   * The second, of the other role. Throws `erasure.not-found`, `erasure.held` for anything under a hold,
   * `approval.required`.
   */
  async approve(act: ActContext, erasureId: string): Promise<Erasure> {
    return this.acts.run(act, async (at) => {
      const asked = await this.repository.find(at.tx, erasureId, getSession(at).state);
      if (asked === null || asked.isDone) throw new Refusal('erasure.not-found');
      this.#permit(at, erasureId, { approvals: [approvalOf(at, asked)] });
      const { indexes, isHeld } = await this.repository.approve(
        at.tx,
        erasureId,
        this.clock.nowMs(),
      );
      if (isHeld) throw new Refusal('erasure.held');
      const { rule, sections, origin, askedBy } = asked;
      const approvals = [parseId<never>(askedBy)];
      const concerned = await this.repository.statesOf(at.tx, origin, indexes);
      for (const ranges of inEvents(erasedRanges(origin, indexes))) {
        await this.#record(at, erasureId, { rule, sections, ranges, approvals, concerned });
      }
      return { erasureId, step: 'erased', events: indexes.length };
    });
  }

  /** A range that ends before it begins, reaches too far or beyond the published log is no mistake to be guessed at. */
  async #assertInLog({ origin, ranges }: ErasureRequest): Promise<void> {
    const log = (await this.logs.list()).find((one) => one.origin === origin);
    if (log?.stream !== 'audit') throw new Refusal('log.not-found');
    const entries = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const isSound = ranges.every(({ first, last }) => first <= last && last < log.size);
    if (!isSound || entries > ERASURE_LIMITS.entries) throw new Refusal('erasure.malformed');
  }

  #permit(
    at: ActTransaction,
    erasureId: string,
    how: { readonly isProposal?: boolean; readonly approvals?: readonly Approval[] },
  ): void {
    const about = { type: 'erasure', id: erasureId, ownerState: getSession(at).state };
    this.permissions.assert(at, 'audit.erase', { about, ...how });
  }

  async #record(
    at: ActTransaction,
    erasureId: string,
    said: {
      readonly rule: string;
      readonly sections: readonly string[];
      readonly ranges: readonly string[];
      readonly asked?: readonly string[];
      readonly approvals?: readonly never[];
      /** Whom what is gone concerned. */
      readonly concerned?: readonly StateCode[];
    },
  ): Promise<void> {
    const { state } = getSession(at);
    const { approvals, concerned = [], ...fields } = said;
    await this.audit.record(at, {
      type: 'section.erased',
      outcome: 'success',
      object: { type: 'section', id: erasureId, ownerState: state },
      states: [...new Set([state, ...concerned])].toSorted(),
      fields,
      ...(approvals === undefined ? {} : { why: { approvals } }),
    });
  }
}

function approvalOf(at: ActTransaction, { askedBy, roles }: AskedErasure): Approval {
  return { personId: parseId(askedBy), state: getSession(at).state, roles };
}
