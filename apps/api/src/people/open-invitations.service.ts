import { PEOPLE_LIMITS, type InvitationSummary } from '@enlace/contracts';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { getSession } from '../platform/access/acting-session.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationNotFound, InvitationStep } from './people.errors.js';

/** What the registrars of a State see of its invitations, and withdraw. */
@Injectable()
export class OpenInvitations {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /** The newest invitations of the own State. */
  async list(act: ActContext): Promise<readonly InvitationSummary[]> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const about = { type: 'invitation', id: state, ownerState: state };
      this.permissions.assert(at, 'person.list', { about });
      const found = await this.repository.list(at.tx, {
        state,
        limit: PEOPLE_LIMITS.invitations,
      });
      await this.audit.record(at, {
        type: 'person.listed',
        outcome: 'success',
        object: { type: 'person', id: state, ownerState: state },
        states: [state],
        fields: { count: found.length },
      });
      return found;
    });
  }

  /** One registrar alone, until there is a certificate. Throws `invitation.step`, `invitation.not-found`. */
  async cancel(act: ActContext, invitationId: string): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const about = { type: 'invitation', id: invitationId, ownerState: state };
      this.permissions.assert(at, 'person.invite', { about, isProposal: true });
      const row = await this.repository.lock(at.tx, { state, invitationId });
      if (row === null) throw new InvitationNotFound('no such invitation');
      if (!(await this.repository.cancel(at.tx, row))) throw new InvitationStep(row.step);
      await this.audit.record(at, {
        type: 'person.invitation-cancelled',
        outcome: 'success',
        object: { type: 'person', id: row.personId, ownerState: state },
        states: [state],
        fields: { after: row.roles },
      });
    });
  }
}
