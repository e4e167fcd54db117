import type { PolicyObject, StateCode, StatementAccepted } from '@enlace/contracts';
import { isDomainError, type Clock } from '@enlace/kernel';
import {
  parseStatement,
  StatementRefused,
  verifyPerson,
  type Directory,
  type PersonCert,
  type Revocation,
} from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { getSession } from '../platform/access/acting-session.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { PersonNotFound } from './people.errors.js';
import { StandingRepository } from './standing.repository.js';

/** Takes a certificate away. From the commit on no session of the person is valid, in the middle of an act too. */
@Injectable()
export class Standing {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: StandingRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * One registrar, at once: suspended (a new certificate lifts it) or revoked for good. Throws `person.not-found`,
   * `access.denied`, `statement.refused`.
   */
  async revoke(act: ActContext, personId: string, wire: string): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'revocation', wire }, async (at) => {
      const revocation = parseRevocation(wire);
      const person = await this.#target(at, { revocation, personId });
      const isSuspension = revocation.reason === 'suspended';
      this.permissions.assert(at, isSuspension ? 'person.suspend' : 'person.revoke', {
        about: aboutPerson(person),
      });
      const { index, statement, signers } = await this.log.append(at, wire);
      if (!signers.some(({ id }) => id === at.session?.personId)) {
        throw new StatementRefused('signer');
      }
      await this.audit.record(at, {
        type: isSuspension ? 'person.suspended' : 'person.revoked',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: person.state },
        states: [person.state],
        fields: { before: person.roles, statementHash: statement.id },
        why: { reasonText: revocation.reason },
      });
      await this.repository.endSessions(at.tx, personId, this.clock.nowMs());
      return { index, statementId: statement.id };
    });
  }

  /**
   * After a registrar was revoked: his sessions, and those of everybody whose certificate counted before and does
   * not any more. The last step of the act.
   */
  async endSessionsOfFallen(
    at: ActTransaction,
    fell: { readonly state: StateCode; readonly before: Directory; readonly registrarId: string },
  ): Promise<void> {
    const { tx } = at;
    const after = await this.log.current(tx);
    const nowMs = this.clock.nowMs();
    const people = await this.repository.findIds(tx, fell.state);
    const fallen = people.filter(
      (id) => stands(fell.before, id, nowMs) && !stands(after, id, nowMs),
    );
    const ending = [...new Set([...fallen, fell.registrarId])];
    const own = getSession(at).personId;
    // Whoever carried the statement in may fall with it: that session speaks until the end.
    for (const personId of ending.toSorted((a, b) => Number(a === own) - Number(b === own))) {
      await this.repository.endSessions(tx, personId, nowMs);
    }
  }

  // The path names the person; the statement names a certificate, which must be one of that person.
  async #target(
    { tx }: ActTransaction,
    { revocation, personId }: { revocation: Revocation; personId: string },
  ): Promise<PersonCert> {
    const { statements } = await this.log.current(tx);
    const body = statements.get(revocation.target)?.statement.body;
    if (body?.type !== 'person-cert' || body.personId !== personId) {
      throw new PersonNotFound('no such person');
    }
    return body;
  }
}

function aboutPerson({
  personId,
  state,
}: PersonCert): Pick<PolicyObject, 'type' | 'id' | 'ownerState'> {
  return { type: 'person', id: personId, ownerState: state };
}

function parseRevocation(wire: string): Revocation {
  const { body } = parseStatement(wire);
  if (body.type !== 'revocation') throw new StatementRefused('type');
  return body;
}

function stands(directory: Directory, personId: string, nowMs: number): boolean {
  try {
    verifyPerson(directory, personId, { nowMs });
    return true;
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    return false;
  }
}
