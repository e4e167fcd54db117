import type { Approval, CardErasure } from '@enlace/contracts';
import { parseId, type Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { CardErasuresRepository } from './card-erasures.repository.js';

type Card = NonNullable<Awaited<ReturnType<CardErasuresRepository['findCard']>>>;

/** A registrar and an auditor of a State erase a name, a telephone or a mail; the log stays whole and says nothing. */
@Injectable()
export class CardErasures {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: CardErasuresRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The first of the two asks. Throws `card.not-found`, `access.denied`, `step-up.required`. */
  async ask(act: ActContext, card: string): Promise<CardErasure> {
    return this.acts.run(act, async (at) => {
      const known = await this.#find(at, card);
      this.#permit(at, card, { isProposal: true });
      await this.repository.ask(at.tx, card, this.clock.nowMs());
      await this.#record(at, card, { known, approvals: [getSession(at).personId] });
      return { card, step: 'proposed' };
    });
  }

  /** The second, of the other role: body and salt are gone. Throws as `ask`, and `approval.required`. */
  async approve(act: ActContext, card: string): Promise<CardErasure> {
    return this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      const known = await this.#find(at, card);
      const asked = await this.repository.findAsked(at.tx, state, card);
      const approvals: readonly Approval[] =
        asked === null ? [] : [{ personId: parseId(asked.askedBy), state, roles: asked.roles }];
      this.#permit(at, card, { approvals });
      if (asked === null || !(await this.repository.erase(at.tx, card))) {
        throw new Refusal('approval.required');
      }
      await this.#record(at, card, { known, approvals: [asked.askedBy, personId] });
      return { card, step: 'erased' };
    });
  }

  async #find(at: ActTransaction, card: string): Promise<Card> {
    const known = await this.repository.findCard(at.tx, getSession(at).state, card);
    if (known === null || known.isErased) throw new Refusal('card.not-found');
    return known;
  }

  #permit(
    at: ActTransaction,
    card: string,
    how: { readonly isProposal?: boolean; readonly approvals?: readonly Approval[] },
  ): void {
    const about = { type: 'card', id: card, ownerState: getSession(at).state };
    this.permissions.assert(at, 'card.erase', { about, ...how });
  }

  /** One approval in the record is the asking, two are the erasure. */
  async #record(
    at: ActTransaction,
    card: string,
    { known, approvals }: { readonly known: Card; readonly approvals: readonly string[] },
  ): Promise<void> {
    await this.audit.record(at, {
      type: 'card.erased',
      outcome: 'success',
      object: { type: 'card', id: card, ownerState: known.state },
      states: [known.state],
      fields: { kind: known.kind, approvals },
    });
  }
}
