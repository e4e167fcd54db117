import type { ReentryStanding } from '@enlace/contracts';
import { formatInstant, isDomainError, type Clock } from '@enlace/kernel';
import {
  parseReentry,
  REENTRY_LIFE_MS,
  StatementRefused,
  verifyPerson,
  verifyReentry,
  type Directory,
  type Reentry,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import { StatementActs } from '../../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { Permissions } from '../../platform/access/permissions.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { PersonNotFound, ReentryStep } from '../people.errors.js';
import { ReentryRepository, type ReentryRow } from './reentry.repository.js';
import { actingRegistrar, approvalOf, isSameBody } from '../speaking-registrars.js';

/**
 * Codes for a person who has no passkey left: one registrar proves the identity again, another one approves. Whoever
 * shows the code may certify one new device, with the identity key of the person, which no registrar has.
 */
@Injectable()
export class Reentries {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: ReentryRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws `person.not-found`, `statement.refused`, `access.denied`; `write.conflict` for an id that is taken. */
  async propose(act: ActContext, personId: string, wire: string): Promise<ReentryStanding> {
    return this.acts.run(act, { kind: 'reentry', wire }, async (at) => {
      const asked = parseReentry(wire);
      this.#permit(at, asked, { personId, isProposal: true });
      const nowMs = this.clock.nowMs();
      const directory = await this.log.current(at.tx);
      const { reentry, registrars } = verifyReentry(directory, wire, nowMs);
      const by = actingRegistrar(at, registrars);
      assertLife(reentry, nowMs);
      assertPerson(directory, reentry, nowMs);
      await this.repository.propose(at.tx, reentry, { wire, by, nowMs });
      await this.#record(at, reentry, [by]);
      return standing(reentry, 'proposed');
    });
  }

  /** The second registrar signs the same bytes. Throws `reentry.step`, `person.not-found`, `statement.refused`. */
  async approve(act: ActContext, personId: string, wire: string): Promise<ReentryStanding> {
    return this.acts.run(act, { kind: 'reentry', wire }, async (at) => {
      const asked = parseReentry(wire);
      const row = await this.#lock(at, asked);
      this.#permit(at, asked, {
        personId,
        approvals: [approvalOf(row.proposedBy, asked.state)],
      });
      const nowMs = this.clock.nowMs();
      if (row.step !== 'proposed') throw new ReentryStep(row.step);
      if (row.expiresAt.getTime() <= nowMs) throw new ReentryStep('expired');
      if (!isSameBody(row.wire, wire)) throw new StatementRefused('not-as-proposed');
      const directory = await this.log.current(at.tx);
      const { reentry, registrars } = verifyReentry(directory, wire, nowMs);
      const by = actingRegistrar(at, registrars, [row.proposedBy]);
      if (registrars.length !== 2) throw new StatementRefused('two-registrars');
      assertPerson(directory, reentry, nowMs);
      if (!(await this.repository.approve(at.tx, reentry, { wire, by, nowMs }))) {
        throw new ReentryStep(row.step);
      }
      await this.#record(at, reentry, [row.proposedBy, by]);
      return standing(reentry, 'approved');
    });
  }

  async #lock({ tx }: ActTransaction, asked: Reentry): Promise<ReentryRow> {
    const row = await this.repository.lock(tx, asked);
    if (row === null) throw new PersonNotFound('no such code');
    return row;
  }

  // The path names the person; a code for another one is none of this path.
  #permit(
    at: ActTransaction,
    { state, personId }: Reentry,
    how: {
      readonly personId: string;
      readonly isProposal?: boolean;
      readonly approvals?: ReturnType<typeof approvalOf>[];
    },
  ): void {
    if (how.personId !== personId) throw new PersonNotFound('no such person');
    const about = { type: 'person', id: personId, ownerState: state };
    const { isProposal = false, approvals = [] } = how;
    this.permissions.assert(at, 'person.recover', {
      about,
      isProposal,
      approvals,
      absent: 'person.not-found',
    });
  }

  async #record(
    at: ActTransaction,
    { state, personId }: Reentry,
    approvals: readonly string[],
  ): Promise<void> {
    await this.audit.record(at, {
      type: 'person.reentry-issued',
      outcome: 'success',
      object: { type: 'person', id: personId, ownerState: state },
      states: [state],
      fields: { approvals },
    });
  }
}

function assertLife({ expiresAt }: Reentry, nowMs: number): void {
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0 || leftMs > REENTRY_LIFE_MS) throw new StatementRefused('reentry-expiry');
}

/** Nobody comes back who is not certified: the ceremony is for them. */
function assertPerson(directory: Directory, { personId, state }: Reentry, nowMs: number): void {
  try {
    if (verifyPerson(directory, personId, { nowMs }).state === state) return;
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
  }
  throw new PersonNotFound('no such person');
}

function standing(
  { reentryId, personId, expiresAt }: Reentry,
  step: ReentryStanding['step'],
): ReentryStanding {
  return { reentryId, personId, step, expiresAt: formatInstant(Date.parse(expiresAt)) };
}
