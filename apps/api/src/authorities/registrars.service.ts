import type { StatementAccepted } from '@enlace/contracts';
import {
  parseStatement,
  StatementRefused,
  type RegistrarCert,
  type Revocation,
} from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import { PersonNotFound } from '../people/people.errors.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { FallenSessions } from './fallen-sessions.js';

/** Registrars end by the word of their root. */
@Injectable()
export class Registrars {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly fallen: FallenSessions,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * Ends the sessions of the registrar and, where it was compromised, of everybody whose certificate stops counting
   * with it. Throws `person.not-found`, `access.denied`, `statement.refused`.
   */
  async revoke(act: ActContext, registrarId: string, wire: string): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'revocation', wire }, async (at) => {
      const { body } = parseStatement(wire);
      if (body.type !== 'revocation') throw new StatementRefused('type');
      const { state } = await this.#target(at, { revocation: body, registrarId });
      this.permissions.assert(at, 'authority.submit', {
        about: { type: 'authority', id: registrarId, ownerState: state },
      });
      const before = await this.log.current(at.tx);
      const { index, statement } = await this.log.append(at, wire);
      await this.audit.record(at, {
        type: 'registrar.revoked',
        outcome: 'success',
        object: { type: 'registrar', id: registrarId, ownerState: state },
        states: [state],
        fields: { statementHash: statement.id },
        why: { reasonText: body.reason },
      });
      await this.fallen.end(at, { state, before, registrarId });
      return { index, statementId: statement.id };
    });
  }

  async #target(
    { tx }: ActTransaction,
    { revocation, registrarId }: { revocation: Revocation; registrarId: string },
  ): Promise<RegistrarCert> {
    const { statements } = await this.log.current(tx);
    const body = statements.get(revocation.target)?.statement.body;
    if (body?.type !== 'registrar-cert' || body.registrarId !== registrarId) {
      throw new PersonNotFound('no such registrar');
    }
    return body;
  }
}
