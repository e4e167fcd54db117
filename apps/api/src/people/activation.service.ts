import type { Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { SessionEnded } from '../platform/database/database-errors.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationStep } from './people.errors.js';

/** The last step of the ceremony: the person has verified the own chain, and keeps it. */
@Injectable()
export class Activation {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Once. Throws `invitation.step`. */
  async activate(act: ActContext): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { session } = at;
      if (session === null) throw new SessionEnded('the act needs a session');
      const { personId, state } = session;
      this.permissions.assert(at, 'device.enrol', {
        about: { type: 'person', id: personId, ownerState: state, personId },
      });
      if (!(await this.repository.activate(at.tx, this.clock.nowMs()))) {
        throw new InvitationStep('active');
      }
      await this.audit.record(at, {
        type: 'person.activated',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: state },
        states: [state],
        fields: {},
      });
    });
  }
}
