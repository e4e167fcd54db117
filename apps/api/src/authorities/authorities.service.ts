import type { StateCode, StatementAccepted } from '@enlace/contracts';
import { parseId } from '@enlace/kernel';
import {
  parseStatement,
  StatementRefused,
  verifyStateSigners,
  type Statement,
} from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { eventOfRootStatement, isOfSeveralStates } from './statement-events.js';

/** What a State says about itself: its roots and what they sign, and the offices that two registrars sign. */
@Injectable()
export class Authorities {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly audit: AuditRecorder,
  ) {}

  /** A statement that a root signed offline. Throws `statement.refused`, `access.denied`. */
  async submit(act: ActContext, wire: string): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'root-statement', wire }, async (at) => {
      const statement = parseStatement(wire);
      const event = eventOfRootStatement(statement, statesOf(at, statement));
      this.#permitSubmission(at, statement);
      if (at.session === null) await this.#assertPinned(at, statement);
      const { index } = await this.log.append(at, wire);
      await this.audit.record(at, event);
      return { index, statementId: statement.id };
    });
  }

  /** An office of the own State, with the signatures of two registrars. Throws as `submit`, and `approval.required`. */
  async changeOffice(act: ActContext, wire: string): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'office', wire }, async (at) => {
      const statement = parseStatement(wire);
      const { body, id } = statement;
      if (body.type !== 'office') throw new StatementRefused('type');
      await this.#permitOffice(at, statement);
      const { index } = await this.log.append(at, wire);
      await this.audit.record(at, {
        type: 'office.changed',
        outcome: 'success',
        object: { type: 'office', id: body.officeId, ownerState: body.state },
        states: [body.state],
        fields: { statementHash: id },
      });
      return { index, statementId: id };
    });
  }

  /**
   * While a State is being founded nobody of it can sign in: its root and registrars speak by their signatures
   * alone, and the guard of the database ends that with the second registrar who can.
   */
  async found(act: ActContext, wire: string): Promise<StatementAccepted> {
    const { type } = parseStatement(wire);
    return type === 'office' ? this.changeOffice(act, wire) : this.submit(act, wire);
  }

  #permitSubmission(at: ActTransaction, statement: Statement): void {
    const { session } = at;
    if (session === null) return;
    const ownerState = isOfSeveralStates(statement) ? session.state : statement.body.state;
    const about = { type: 'authority', id: statement.id, ownerState };
    this.permissions.assert(at, 'authority.submit', { about });
  }

  async #permitOffice(at: ActTransaction, { object, body, id }: Statement): Promise<void> {
    if (at.session === null) return;
    const about = { type: 'office', id, ownerState: body.state };
    this.permissions.assert(at, 'office.change', { about, isProposal: true });
    const signers = verifyStateSigners(await this.log.current(at.tx), object, {
      label: 'enlace/trust/v1/office',
      state: body.state,
      atMs: Date.parse(body.issuedAt),
    });
    if (!signers.some((signer) => signer.id === at.session?.personId)) {
      throw new StatementRefused('signer');
    }
    const approvals = signers.map((signer) => ({
      personId: parseId<never>(signer.id),
      state: body.state,
      roles: [signer.kind === 'registrar' ? ('registrar' as const) : ('auditor' as const)],
    }));
    this.permissions.assert(at, 'office.change', { about, approvals });
  }

  // Without a session nobody answers for what is handed in: only roots that the trust store names present themselves.
  async #assertPinned({ tx }: ActTransaction, { type, id }: Statement): Promise<void> {
    if (type !== 'state-root') return;
    const { trustStore } = await this.log.current(tx);
    if (!trustStore.roots.some(({ stateRoot }) => stateRoot === id)) {
      throw new StatementRefused('not-the-pinned-root');
    }
  }
}

function statesOf({ session }: ActTransaction, { body }: Statement): readonly StateCode[] {
  const states = session === null ? [body.state] : [body.state, session.state];
  return [...new Set(states)].toSorted();
}
