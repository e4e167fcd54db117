import type { InvitationStanding, StateCode } from '@enlace/contracts';
import { equalBytes, parseId } from '@enlace/kernel';
import {
  parseStatement,
  StatementRefused,
  verifyClaim,
  verifyStateSigners,
  type PersonCert,
  type SignerKey,
  type Statement,
} from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { StatementActs } from '../directory/statement-acts.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Permissions } from '../platform/access/permissions.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { InvitationsRepository, type InvitationRow } from './invitations.repository.js';
import { InvitationNotFound, InvitationStep } from './people.errors.js';
import { actingRegistrar, approvalOf } from './speaking-registrars.js';

type PersonCertificate = Statement & { readonly body: PersonCert };

/** The certificate of a person who claimed: two registrars sign it, one after the other, each in an act of his own. */
@Injectable()
export class Certificates {
  constructor(
    private readonly acts: StatementActs,
    private readonly permissions: Permissions,
    private readonly log: DirectoryLog,
    private readonly repository: InvitationsRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * The first time the certificate waits with one signature; the second time the same body, with both, enters the log.
   * Throws `invitation.step`, `invitation.not-found`, `statement.refused`.
   */
  async certify(act: ActContext, invitationId: string, wire: string): Promise<InvitationStanding> {
    return this.acts.run(act, { kind: 'person-cert', wire }, async (at) => {
      const certificate = parsePersonCert(wire);
      const { state } = certificate.body;
      const row = await this.repository.lock(at.tx, { state, invitationId });
      if (row === null) throw new InvitationNotFound('no such invitation');
      const before = await this.#signersOf(at, row.certificateWire);
      this.#permit(at, row, before);
      if (row.step !== 'claimed') throw new InvitationStep(row.step);
      assertAsInvited(certificate.body, row);
      return before.length === 0
        ? this.#propose(at, row, certificate)
        : this.#complete(at, row, { certificate, before });
    });
  }

  async #propose(
    at: ActTransaction,
    row: InvitationRow,
    certificate: PersonCertificate,
  ): Promise<InvitationStanding> {
    const { wire } = certificate.object;
    const acting = actingRegistrar(at, await this.#signersOf(at, wire));
    await this.repository.certify(at.tx, row, { wire, isComplete: false });
    await this.#record(at, row, { approvals: [acting] });
    return { invitationId: row.invitationId, personId: parseId(row.personId), step: 'claimed' };
  }

  async #complete(
    at: ActTransaction,
    row: InvitationRow,
    { certificate, before }: { certificate: PersonCertificate; before: readonly SignerKey[] },
  ): Promise<InvitationStanding> {
    const { wire, bodyBytes } = certificate.object;
    const proposed = parseStatement(row.certificateWire ?? '').object.bodyBytes;
    if (!equalBytes(bodyBytes, proposed)) throw new StatementRefused('not-as-proposed');
    const first = before.map(({ id }) => id);
    const acting = actingRegistrar(at, await this.#signersOf(at, wire), first);
    const { statement } = await this.log.append(at, wire);
    if (!(await this.repository.certify(at.tx, row, { wire, isComplete: true }))) {
      throw new InvitationStep(row.step);
    }
    await this.#record(at, row, { approvals: [...first, acting], statementHash: statement.id });
    return { invitationId: row.invitationId, personId: parseId(row.personId), step: 'certified' };
  }

  async #signersOf({ tx }: ActTransaction, wire: string | null): Promise<readonly SignerKey[]> {
    if (wire === null) return [];
    const { object, body } = parseStatement(wire);
    const directory = await this.log.current(tx);
    return verifyStateSigners(directory, object, {
      label: `enlace/trust/v1/${body.type}`,
      state: body.state,
      atMs: Date.parse(body.issuedAt),
    });
  }

  #permit(at: ActTransaction, row: InvitationRow, before: readonly SignerKey[]): void {
    if (at.session === null) return;
    this.permissions.assert(at, 'person.certify', {
      about: { type: 'invitation', id: row.invitationId, ownerState: row.state },
      approvals: before.map(({ id }) => approvalOf(id, row.state)),
      isProposal: before.length === 0,
    });
  }

  async #record(
    at: ActTransaction,
    { state, personId, roles }: { state: StateCode; personId: string; roles: readonly string[] },
    said: { readonly approvals: readonly string[]; readonly statementHash?: string },
  ): Promise<void> {
    await this.audit.record(at, {
      type: 'person.certified',
      outcome: 'success',
      object: { type: 'person', id: personId, ownerState: state },
      states: [state],
      fields: { after: roles, ...said },
    });
  }
}

function parsePersonCert(wire: string): PersonCertificate {
  const statement = parseStatement(wire);
  const { body } = statement;
  if (body.type !== 'person-cert') throw new StatementRefused('type');
  return { ...statement, body };
}

/** What was invited, with the key that was claimed, and nothing else. */
function assertAsInvited(body: PersonCert, row: InvitationRow): void {
  const isAsInvited =
    body.personId === row.personId &&
    body.officeId === row.officeId &&
    body.roles.join() === row.roles.join() &&
    body.auditScope === row.auditScope &&
    body.card === row.card &&
    body.identityKey === verifyClaim(row.claimWire ?? '').identityKey;
  if (!isAsInvited) throw new StatementRefused('not-as-invited');
}
