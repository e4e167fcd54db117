import type { Approval, StatementAccepted } from '@enlace/contracts';
import type { CardInput } from '@enlace/contracts/dto';
import { parseBase64Url } from '@enlace/kernel';
import {
  currentOf,
  parseStatement,
  StatementRefused,
  verifyPersonCard,
  verifyStateSigners,
  type PersonCert,
  type SignerKey,
} from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { SessionEndings } from '../platform/realtime/session-endings.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { PersonNotFound } from './people.errors.js';
import { approvalOf } from './speaking-registrars.js';
import { StandingRepository } from './standing.repository.js';

/** What the certificate changes against the one before. */
type Change = 'person.reinstated' | 'person.role-changed' | 'person.renewed';

/** The next certificate of somebody who has one: renewed, with other roles or another office, or after a suspension. */
@Injectable()
export class Renewal {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: StandingRepository,
    private readonly audit: AuditRecorder,
    private readonly sessions: SessionEndings,
  ) {}

  /**
   * Signed by two registrars, handed in by one of them. Sessions end, because what they may do was settled when
   * they were opened. Throws `person.not-found`, `access.denied`, `approval.required`, `statement.refused`.
   */
  async certify(
    act: ActContext,
    personId: string,
    { wire, card }: { readonly wire: string; readonly card?: CardInput },
  ): Promise<StatementAccepted> {
    return this.acts.run(act, { kind: 'person-cert', wire }, async (at) => {
      const { body } = parseStatement(wire);
      if (body.type !== 'person-cert') throw new StatementRefused('type');
      if (body.personId !== personId) throw new PersonNotFound('no such person');
      const before = await this.#certificateOf(at, body);
      const change = changeOf(before, body);
      await this.#permit(at, { change, body, wire });
      await this.#keepCard(at, { body, before, card });
      const { index, statement } = await this.log.append(at, wire);
      await this.audit.record(at, {
        type: change,
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: body.state },
        states: [body.state],
        fields: { before: before.roles, after: body.roles, statementHash: statement.id },
      });
      await this.sessions.revoke(at, { personId });
      return { index, statementId: statement.id };
    });
  }

  async #certificateOf(
    { tx }: ActTransaction,
    { state, personId }: PersonCert,
  ): Promise<PersonCert & { readonly isRevoked: boolean }> {
    const directory = await this.log.current(tx);
    const current = currentOf(directory, { type: 'person-cert', state, subject: personId });
    if (current === null) throw new PersonNotFound('no such person');
    const { body } = current.statement;
    const through = directory.revocations.get(`person|${personId}`)?.through ?? 0;
    return { ...body, isRevoked: body.serial <= through };
  }

  async #permit(
    at: ActTransaction,
    { change, body, wire }: { change: Change; body: PersonCert; wire: string },
  ): Promise<void> {
    const action = change === 'person.reinstated' ? 'person.reinstate' : 'person.certify';
    const about = { type: 'person', id: body.personId, ownerState: body.state };
    this.permissions.assert(at, action, { about, isProposal: true });
    const registrars = await this.#registrars(at, { body, wire });
    if (!registrars.some(({ id }) => id === at.session?.personId)) {
      throw new StatementRefused('signer');
    }
    const approvals: readonly Approval[] = registrars.map(({ id }) => approvalOf(id, body.state));
    this.permissions.assert(at, action, { about, approvals });
  }

  async #registrars(
    { tx }: ActTransaction,
    { body, wire }: { body: PersonCert; wire: string },
  ): Promise<readonly SignerKey[]> {
    const signers = verifyStateSigners(await this.log.current(tx), parseStatement(wire).object, {
      label: 'enlace/trust/v1/person-cert',
      state: body.state,
      atMs: Date.parse(body.issuedAt),
    });
    return signers.filter(({ kind }) => kind === 'registrar');
  }

  async #keepCard(
    { tx }: ActTransaction,
    { body, before, card }: { body: PersonCert; before: PersonCert; card: CardInput | undefined },
  ): Promise<void> {
    if (card === undefined) {
      if (body.card !== before.card) throw new StatementRefused('card');
      return;
    }
    const salt = parseBase64Url(card.salt);
    verifyPersonCard(card.body, salt, body.card);
    await this.repository.keepCard(tx, { card: body.card, body: card.body, salt });
  }
}

function changeOf(before: PersonCert & { readonly isRevoked: boolean }, after: PersonCert): Change {
  if (before.isRevoked) return 'person.reinstated';
  const isSame =
    before.officeId === after.officeId &&
    before.auditScope === after.auditScope &&
    before.roles.toSorted().join() === after.roles.toSorted().join();
  return isSame ? 'person.renewed' : 'person.role-changed';
}
