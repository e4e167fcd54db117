import type { ContactStanding } from '@enlace/contracts';
import type { CardInput } from '@enlace/contracts/dto';
import { parseBase64Url, parseId, type Clock, type OfficeId } from '@enlace/kernel';
import { parseStatement, StatementRefused, verifyContactCard } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { getSession } from '../platform/access/acting-session.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { ContactNotFound, ContactStep } from './contacts.errors.js';
import { ContactsRepository, type ContactProposal } from './contacts.repository.js';
import { DirectoryLog } from './directory-log.js';
import { StatementActs } from './statement-acts.js';

type ContactEvent =
  'contact.proposed' | 'contact.approved' | 'contact.rejected' | 'contact.confirmed';

/** Contacts of an office: proposed by it, approved for a term by the foreign ministry, confirmed each quarter. */
@Injectable()
export class Contacts {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: ContactsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Signed and judged, and not in the log before it is approved. Throws `access.denied`, `statement.refused`. */
  async propose(
    act: ActContext,
    { wire, card }: { readonly wire: string; readonly card: CardInput },
  ): Promise<ContactStanding> {
    return this.acts.run(act, { kind: 'contact', wire }, async (at) => {
      const { body, id } = parseStatement(wire);
      if (body.type !== 'contact') throw new StatementRefused('type');
      const about = { contactId: body.contactId, state: body.state, officeId: body.officeId };
      this.#permit(at, 'contact.propose', about);
      const { signers } = await this.log.judge(at.tx, wire);
      const { personId } = getSession(at);
      if (!signers.some((signer) => signer.id === personId)) throw new StatementRefused('signer');
      const cardSalt = parseBase64Url(card.salt);
      verifyContactCard(card.body, cardSalt, body.card);
      await this.repository.propose(at.tx, {
        contact: body,
        statementId: id,
        wire,
        cardBody: card.body,
        cardSalt,
        proposedBy: personId,
        nowMs: this.clock.nowMs(),
      });
      await this.#record(at, 'contact.proposed', { ...about, statementHash: id });
      return { contactId: body.contactId, step: 'proposed' };
    });
  }

  /** Contact and approval enter the log together. Throws `contact.not-found`, `contact.step`, `statement.refused`. */
  async approve(act: ActContext, contactId: string, wire: string): Promise<ContactStanding> {
    return this.acts.run(act, { kind: 'contact-approval', wire }, async (at) => {
      const { body, id } = parseStatement(wire);
      if (body.type !== 'contact-approval') throw new StatementRefused('type');
      const proposal = await this.#lock(at, { contactId, statementId: body.contact });
      this.#permit(at, 'contact.approve', proposal);
      if (proposal.step !== 'proposed') throw new ContactStep(proposal.step);
      await this.log.append(at, proposal.wire);
      const { signers } = await this.log.append(at, wire);
      const { personId } = getSession(at);
      if (!signers.some((signer) => signer.id === personId)) throw new StatementRefused('signer');
      await this.repository.keepCard(at.tx, proposal);
      await this.#settle(at, proposal, { step: 'approved', reason: null });
      const { statementId: proposalHash } = proposal;
      await this.#record(at, 'contact.approved', { ...proposal, statementHash: id, proposalHash });
      return { contactId, step: 'approved' };
    });
  }

  /** It stays out of the log. Throws `contact.not-found`, `contact.step`. */
  async reject(act: ActContext, contactId: string, reason: string): Promise<ContactStanding> {
    return this.acts.run(act, { kind: 'contact', wire: '' }, async (at) => {
      const statementId = (await this.repository.findNewestId(at.tx, contactId)) ?? '';
      const proposal = await this.#lock(at, { contactId, statementId });
      this.#permit(at, 'contact.reject', proposal);
      if (proposal.step !== 'proposed') throw new ContactStep(proposal.step);
      await this.#settle(at, proposal, { step: 'rejected', reason });
      await this.#record(at, 'contact.rejected', { ...proposal, reasonText: reason });
      return { contactId, step: 'rejected' };
    });
  }

  /** The office, or a registrar, says that the contact still is who is said. Throws as `approve`. */
  async confirm(act: ActContext, contactId: string, wire: string): Promise<ContactStanding> {
    return this.acts.run(act, { kind: 'contact-confirmation', wire }, async (at) => {
      const { body, id } = parseStatement(wire);
      if (body.type !== 'contact-confirmation') throw new StatementRefused('type');
      const { state } = getSession(at);
      const logged = await this.repository.findLogged(at.tx, { state, contactId });
      if (logged === null) throw new ContactNotFound('no such contact');
      const about = { contactId, state, officeId: logged.officeId };
      this.#permit(at, 'contact.confirm', about);
      if (!logged.isApproved) throw new ContactStep('proposed');
      if (logged.statementId !== body.contact) throw new ContactStep('superseded');
      const { signers } = await this.log.append(at, wire);
      const { personId } = getSession(at);
      if (!signers.some((signer) => signer.id === personId)) throw new StatementRefused('signer');
      await this.#record(at, 'contact.confirmed', { ...about, statementHash: id });
      return { contactId, step: 'confirmed' };
    });
  }

  async #lock(
    { tx }: ActTransaction,
    key: { readonly contactId: string; readonly statementId: string },
  ): Promise<ContactProposal> {
    const proposal = await this.repository.lock(tx, key);
    if (proposal === null) throw new ContactNotFound('no such contact');
    return proposal;
  }

  async #settle(
    { tx }: ActTransaction,
    { statementId }: ContactProposal,
    end: { readonly step: 'approved' | 'rejected'; readonly reason: string | null },
  ): Promise<void> {
    await this.repository.settle(tx, statementId, end);
  }

  #permit(
    at: ActTransaction,
    action: 'contact.propose' | 'contact.approve' | 'contact.reject' | 'contact.confirm',
    { contactId, state, officeId }: Pick<ContactProposal, 'contactId' | 'state' | 'officeId'>,
  ): void {
    this.permissions.assert(at, action, {
      about: {
        type: 'contact',
        id: contactId,
        ownerState: state,
        officeId: parseId<OfficeId>(officeId),
      },
    });
  }

  async #record(
    at: ActTransaction,
    type: ContactEvent,
    about: Pick<ContactProposal, 'contactId' | 'state' | 'officeId'> & {
      readonly statementHash?: string;
      readonly proposalHash?: string;
      readonly reasonText?: string;
    },
  ): Promise<void> {
    const { contactId, state, officeId, statementHash, proposalHash, reasonText } = about;
    await this.audit.record(at, {
      type,
      outcome: 'success',
      object: { type: 'contact', id: contactId, ownerState: state },
      states: [state],
      fields: {
        officeId,
        ...(statementHash === undefined ? {} : { statementHash }),
        ...(proposalHash === undefined ? {} : { proposalHash }),
      },
      ...(reasonText === undefined ? {} : { why: { reasonText } }),
    });
  }
}
