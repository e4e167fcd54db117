import { PEOPLE_LIMITS, type PersonSummary, type StateCode } from '@enlace/contracts';
import type { Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { hintAfterCommit } from '../platform/bus/hint.js';
import { SessionEndings } from '../platform/realtime/session-endings.js';
import { getSession } from '../platform/access/acting-session.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { InvitationStep, PersonFrozen, PersonNotFound } from './people.errors.js';
import { StandingRepository } from './standing.repository.js';

/** Sorts before every person. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The people of a State, and "this was not me": what the server alone knows of them. */
@Injectable()
export class People {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: StandingRepository,
    private readonly audit: AuditRecorder,
    private readonly sessions: SessionEndings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A page of the people of the own State, after the given id. */
  async list(act: ActContext, after: string = FIRST_ID): Promise<readonly PersonSummary[]> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      this.permissions.assert(at, 'person.list', {
        about: { type: 'person', id: state, ownerState: state },
      });
      const found = await this.repository.list(at.tx, {
        state,
        after,
        limit: PEOPLE_LIMITS.people,
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

  /** The end of the ceremony: the person has verified the own chain and keeps it. Once; throws `invitation.step`. */
  async activate(act: ActContext): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      // A device with a certificate: a session of recovery, which may hand one in, does not begin an account.
      this.permissions.assert(at, 'device.renew', {
        about: { type: 'person', id: personId, ownerState: state, personId },
      });
      if (!(await this.repository.activateMe(at.tx, this.clock.nowMs()))) {
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

  /** The ids of everybody who ever had a certificate of a State. */
  async everybodyOf({ tx }: ActTransaction, state: StateCode): Promise<readonly string[]> {
    return this.repository.findIds(tx, state);
  }

  /** Ends all sessions of the person who asks, this one too, and stops sign-in. Throws `person.frozen`. */
  async freezeMe(act: ActContext): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { personId, state } = getSession(at);
      this.permissions.assert(at, 'person.freeze', {
        about: { type: 'person', id: personId, ownerState: state, personId },
      });
      const isFrozen = await this.repository.freezeMe(at.tx, this.clock.nowMs());
      if (!isFrozen) throw new PersonFrozen('frozen already');
      await this.audit.record(at, {
        type: 'person.frozen',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: state },
        states: [state],
        fields: {},
      });
      await this.sessions.revoke(at, { personId });
      hintAfterCommit(at, { sessionsEnded: true });
    });
  }

  /** A registrar lifts it. Throws `person.not-found` for whoever is not frozen in the own State. */
  async unfreeze(act: ActContext, personId: string): Promise<void> {
    await this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      this.permissions.assert(at, 'person.unfreeze', {
        about: { type: 'person', id: personId, ownerState: state },
      });
      if (!(await this.repository.unfreeze(at.tx, personId))) {
        throw new PersonNotFound('nobody frozen of that id');
      }
      await this.audit.record(at, {
        type: 'person.unfrozen',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: state },
        states: [state],
        fields: {},
      });
    });
  }
}
