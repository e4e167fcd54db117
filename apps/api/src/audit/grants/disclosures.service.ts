import { ERASURE_LIMITS, type Approval, type Disclosure, type StateCode } from '@enlace/contracts';
import type { DisclosureRequest } from '@enlace/contracts/dto';
import { parseId, type Clock, type PersonId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { PublishedLogs } from '../../platform/logs/published-logs.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { erasedRanges, inEvents } from '../erasure/erased-ranges.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { DisclosuresRepository } from './disclosures.repository.js';

/**
 * An auditor and a registrar of a State open who acted, or where, in chosen events of their own people to the auditors
 * of another State that takes part in them. What is open is on record for both States.
 */
@Injectable()
export class Disclosures {
  constructor(
    private readonly acts: Acts,
    private readonly rights: ReadingRights,
    private readonly repository: DisclosuresRepository,
    private readonly logs: PublishedLogs,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The first of the two; nothing is open yet. Throws `log.not-found`, `disclosure.malformed`, `step-up.required`. */
  async ask(act: ActContext, asked: DisclosureRequest): Promise<Disclosure> {
    await this.#assertInLog(asked);
    const { disclosureId, toState, rule, origin, sections } = asked;
    return this.acts.run(act, async (at) => {
      await this.#permit(at, disclosureId, { isProposal: true });
      if (toState === getSession(at).state) throw new Refusal('disclosure.malformed');
      await this.repository.ask(at.tx, asked, this.clock.nowMs());
      const ranges = asked.ranges.map(({ first, last }) => `${origin} ${first}-${last}`);
      for (const some of inEvents(ranges)) {
        await this.#record(at, disclosureId, { toState, rule, sections, ranges: [], asked: some });
      }
      return { disclosureId, step: 'proposed', events: 0 };
    });
  }

  /** The second, of the other role. Throws `disclosure.not-found`, `approval.required`. */
  async approve(act: ActContext, disclosureId: string): Promise<Disclosure> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const asked = await this.repository.find(at.tx, disclosureId, state);
      if (asked === null || asked.isDone) throw new Refusal('disclosure.not-found');
      const { toState, rule, sections, origin } = asked;
      const askedBy = parseId<PersonId>(asked.askedBy);
      const approval = { personId: askedBy, state, roles: asked.roles };
      await this.#permit(at, disclosureId, { approvals: [approval] });
      const indexes = await this.repository.approve(at.tx, disclosureId, this.clock.nowMs());
      for (const ranges of inEvents(erasedRanges(origin, indexes))) {
        const said = { toState, rule, sections, ranges };
        await this.#record(at, disclosureId, { ...said, approvals: [askedBy] });
      }
      return { disclosureId, step: 'disclosed', events: indexes.length };
    });
  }

  /** As an erasure: a range that is not within the published log is no mistake to be guessed at. */
  async #assertInLog({ origin, ranges }: DisclosureRequest): Promise<void> {
    const log = (await this.logs.list()).find((one) => one.origin === origin);
    if (log?.stream !== 'audit') throw new Refusal('log.not-found');
    const entries = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const isSound = ranges.every(({ first, last }) => first <= last && last < log.size);
    if (!isSound || entries > ERASURE_LIMITS.entries) throw new Refusal('disclosure.malformed');
  }

  async #permit(
    at: ActTransaction,
    disclosureId: string,
    how: { readonly isProposal?: boolean; readonly approvals?: readonly Approval[] },
  ): Promise<void> {
    const about = { type: 'disclosure', id: disclosureId };
    await this.rights.assert(at, 'audit.disclose', { about, ...how });
  }

  async #record(
    at: ActTransaction,
    disclosureId: string,
    said: {
      readonly toState: StateCode;
      readonly rule: string;
      readonly sections: readonly string[];
      readonly ranges: readonly string[];
      readonly asked?: readonly string[];
      readonly approvals?: readonly PersonId[];
    },
  ): Promise<void> {
    const { state } = getSession(at);
    const { approvals, ...fields } = said;
    await this.audit.record(at, {
      type: 'section.disclosed',
      outcome: 'success',
      object: { type: 'section', id: disclosureId, ownerState: state },
      states: [state, said.toState].toSorted(),
      fields,
      ...(approvals === undefined ? {} : { why: { approvals } }),
    });
  }
}
