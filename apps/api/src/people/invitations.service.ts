import type { InvitationStanding, StateCode } from '@enlace/contracts';
import type { CardInput } from '@enlace/contracts/dto';
import { parseBase64Url, parseId, type Clock } from '@enlace/kernel';
import {
  INVITATION_LIFE_MS,
  parseInvitation,
  StatementRefused,
  verifyInvitation,
  verifyPersonCard,
  type Invitation,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';
import { InvitationNotFound, InvitationStep } from './people.errors.js';
import { actingRegistrar, approvalOf, isSameBody } from './speaking-registrars.js';

/**
 * Invitations, as far as registrars sign them: one proposes, another one approves. Each step is judged by the
 * directory
 * as it is at that moment.
 */
@Injectable()
export class Invitations {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws `statement.refused`, `access.denied`; `write.conflict` for an id that is taken. */
  async propose(
    act: ActContext,
    { wire, card }: { readonly wire: string; readonly card: CardInput },
  ): Promise<InvitationStanding> {
    return this.acts.run(act, { kind: 'invitation', wire }, async (at) => {
      const asked = parseInvitation(wire);
      this.#permit(at, asked, { isProposal: true });
      const nowMs = this.clock.nowMs();
      const directory = await this.log.current(at.tx);
      const { invitation, registrars } = verifyInvitation(directory, wire, nowMs);
      const proposedBy = actingRegistrar(at, registrars);
      assertLife(invitation, nowMs);
      const cardSalt = parseBase64Url(card.salt);
      verifyPersonCard(card.body, cardSalt, invitation.card);
      const proposal = { invitation, wire, cardBody: card.body, cardSalt, proposedBy, nowMs };
      await this.repository.propose(at.tx, proposal);
      await this.#record(at, 'person.invited', { ...invitation, approvals: [proposedBy] });
      return standing(invitation, 'proposed');
    });
  }

  /** The second registrar signs the same bytes. Throws `invitation.step`, `statement.refused`. */
  async approve(act: ActContext, invitationId: string, wire: string): Promise<InvitationStanding> {
    return this.acts.run(act, { kind: 'invitation', wire }, async (at) => {
      const { state } = parseInvitation(wire);
      const row = await this.#lock(at, { state, invitationId });
      this.#permit(at, row, { approvals: [approvalOf(row.proposedBy, state)] });
      const nowMs = this.clock.nowMs();
      assertStep(row, 'proposed', nowMs);
      if (!isSameBody(row.wire, wire)) throw new StatementRefused('not-as-proposed');
      const { registrars } = verifyInvitation(await this.log.current(at.tx), wire, nowMs);
      const approvedBy = actingRegistrar(at, registrars, [row.proposedBy]);
      if (registrars.length !== 2) throw new StatementRefused('two-registrars');
      if (!(await this.repository.approve(at.tx, row, { wire, approvedBy, nowMs }))) {
        throw new InvitationStep(row.step);
      }
      const approvals = [row.proposedBy, approvedBy];
      await this.#record(at, 'person.invitation-approved', { ...row, approvals });
      return standing(row, 'approved');
    });
  }

  async #lock(
    { tx }: ActTransaction,
    key: { readonly state: StateCode; readonly invitationId: string },
  ): Promise<InvitationRow> {
    const row = await this.repository.lock(tx, key);
    if (row === null) throw new InvitationNotFound('no such invitation');
    return row;
  }

  // Without a session a State is being founded: the guard of the database has the word, and the signatures.
  #permit(
    at: ActTransaction,
    { state, invitationId }: { readonly state: StateCode; readonly invitationId: string },
    how: { readonly isProposal?: boolean; readonly approvals?: ReturnType<typeof approvalOf>[] },
  ): void {
    if (at.session === null) return;
    const about = { type: 'invitation', id: invitationId, ownerState: state };
    this.permissions.assert(at, 'person.invite', { about, ...how });
  }

  async #record(
    at: ActTransaction,
    type: 'person.invited' | 'person.invitation-approved',
    about: Pick<InvitationRow, 'state' | 'personId' | 'roles'> & { approvals: readonly string[] },
  ): Promise<void> {
    const { state, personId, roles, approvals } = about;
    await this.audit.record(at, {
      type,
      outcome: 'success',
      object: { type: 'person', id: personId, ownerState: state },
      states: [state],
      fields: { after: roles, approvals },
    });
  }
}

function assertLife({ expiresAt }: Invitation, nowMs: number): void {
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0 || leftMs > INVITATION_LIFE_MS) throw new StatementRefused('invitation-expiry');
}

function assertStep(row: InvitationRow, step: InvitationRow['step'], nowMs: number): void {
  if (row.step !== step) throw new InvitationStep(row.step);
  if (row.expiresAtMs <= nowMs) throw new InvitationStep('expired');
}

function standing(
  { invitationId, personId }: { readonly invitationId: string; readonly personId: string },
  step: InvitationStanding['step'],
): InvitationStanding {
  return { invitationId, personId: parseId(personId), step };
}
