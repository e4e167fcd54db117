import type { PolicyObject, StatementAccepted } from '@enlace/contracts';
import { parseStatement, StatementRefused, type PersonCert, type Revocation } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { SessionEndings } from '../platform/realtime/session-endings.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { PersonNotFound } from './people.errors.js';

/** Takes a certificate away. From the commit on no session of the person is valid, in the middle of an act too. */
@Injectable()
export class Standing {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly audit: AuditRecorder,
    private readonly sessions: SessionEndings,
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
      await this.sessions.revoke(at, { personId });
      return { index, statementId: statement.id };
    });
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
