import { formatInstant, toBase64Url } from '@enlace/kernel';
import type {
  AuditScope,
  InvitationStepName,
  InvitationSummary,
  Role,
  StateCode,
} from '@enlace/contracts';
import type { Invitation } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

/** Names one invitation of one State. */
export interface InvitationKey {
  readonly state: StateCode;
  readonly invitationId: string;
}

/** An invitation as it stands. */
export interface InvitationRow extends InvitationKey {
  readonly personId: string;
  readonly officeId: string;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
  readonly card: string;
  readonly step: InvitationStepName;
  readonly wire: string;
  readonly proposedBy: string;
  readonly claimWire: string | null;
  readonly certificateWire: string | null;
  readonly expiresAtMs: number;
}

interface Row {
  state: StateCode;
  invitation_id: string;
  person_id: string;
  office_id: string;
  roles: readonly Role[];
  audit_scope: AuditScope | null;
  card: string;
  card_body: string | null;
  /** Gone, as the body, once the name is kept with the other cards, or nowhere. */
  card_salt: Uint8Array | null;
  step: InvitationStepName;
  wire: string;
  proposed_by: string;
  claim_wire: string | null;
  certificate_wire: string | null;
  expires_at: Date;
  proposed_at: Date;
}

interface Proposal {
  readonly invitation: Invitation;
  readonly wire: string;
  readonly cardBody: string;
  readonly cardSalt: Uint8Array;
  readonly proposedBy: string;
  readonly nowMs: number;
}

const LIST_SQL = `
SELECT * FROM app.invitations WHERE state = $1
 ORDER BY proposed_at DESC, invitation_id LIMIT $2`;

const APPROVE_SQL = 'SELECT guard.approve_invitation($1, $2, $3, $4, $5) AS done';
const CANCEL_SQL = 'SELECT guard.cancel_invitation($1, $2) AS done';
const CERTIFY_SQL = 'SELECT guard.certify_invitation($1, $2, $3, $4) AS done';
const TRY_SQL = 'SELECT guard.try_invitation_code($1, $2, $3, $4) AS done';
const CLAIM_SQL = 'SELECT guard.claim_invitation($1, $2, $3, $4, $5) AS done';

/** All SQL of invitations: each step is one function of the database, which looks at the step before. */
@Injectable()
export class InvitationsRepository {
  async propose(tx: Transaction, proposal: Proposal): Promise<void> {
    const { invitation, wire, cardBody, cardSalt, proposedBy, nowMs } = proposal;
    await tx.query('SELECT guard.propose_invitation($1, $2, $3, $4, $5, $6)', [
      JSON.stringify(invitation),
      wire,
      cardBody,
      Buffer.from(cardSalt),
      proposedBy,
      formatInstant(nowMs),
    ]);
  }

  /** The invitation, locked until the transaction ends; `null` when the State has none of that id. */
  async lock(tx: Transaction, key: InvitationKey): Promise<InvitationRow | null> {
    const rows: readonly Row[] = await tx.query('SELECT * FROM guard.lock_invitation($1, $2)', [
      key.state,
      key.invitationId,
    ]);
    return rows[0] === undefined ? null : toInvitation(rows[0]);
  }

  async approve(
    tx: Transaction,
    key: InvitationKey,
    by: { readonly wire: string; readonly approvedBy: string; readonly nowMs: number },
  ): Promise<boolean> {
    return this.#step(tx, APPROVE_SQL, [
      key.state,
      key.invitationId,
      by.wire,
      by.approvedBy,
      formatInstant(by.nowMs),
    ]);
  }

  async cancel(tx: Transaction, key: InvitationKey): Promise<boolean> {
    return this.#step(tx, CANCEL_SQL, [key.state, key.invitationId]);
  }

  async certify(
    tx: Transaction,
    key: InvitationKey,
    certificate: { readonly wire: string; readonly isComplete: boolean },
  ): Promise<boolean> {
    return this.#step(tx, CERTIFY_SQL, [
      key.state,
      key.invitationId,
      certificate.wire,
      certificate.isComplete,
    ]);
  }

  /** Counts a wrong code; true for the right one. Spends nothing else. */
  async tryCode(
    tx: Transaction,
    key: InvitationKey,
    { codeHash, nowMs }: { readonly codeHash: string; readonly nowMs: number },
  ): Promise<boolean> {
    return this.#step(tx, TRY_SQL, [key.state, key.invitationId, codeHash, formatInstant(nowMs)]);
  }

  async claim(
    tx: Transaction,
    key: InvitationKey,
    claim: { readonly codeHash: string; readonly wire: string; readonly nowMs: number },
  ): Promise<boolean> {
    return this.#step(tx, CLAIM_SQL, [
      key.state,
      key.invitationId,
      claim.codeHash,
      claim.wire,
      formatInstant(claim.nowMs),
    ]);
  }

  /** What the person who claimed may know of the ceremony; `null` when nobody claimed. */
  async findClaimed(
    tx: Transaction,
    key: InvitationKey,
  ): Promise<{
    readonly step: InvitationStepName;
    readonly personId: string;
    readonly claimWire: string;
  } | null> {
    const rows: readonly { step: InvitationStepName; person_id: string; claim_wire: string }[] =
      await tx.query('SELECT * FROM guard.claimed_invitation($1, $2)', [
        key.state,
        key.invitationId,
      ]);
    const [row] = rows;
    return row === undefined
      ? null
      : { step: row.step, personId: row.person_id, claimWire: row.claim_wire };
  }

  /** The newest of a State. */
  async list(
    tx: Transaction,
    { state, limit }: { readonly state: StateCode; readonly limit: number },
  ): Promise<readonly InvitationSummary[]> {
    const rows: readonly Row[] = await tx.query(LIST_SQL, [state, limit]);
    return rows.map((row) => ({
      invitationId: row.invitation_id,
      state: row.state,
      personId: row.person_id,
      officeId: row.office_id,
      roles: row.roles,
      step: row.step,
      proposedAt: formatInstant(row.proposed_at.getTime()),
      expiresAt: formatInstant(row.expires_at.getTime()),
      wire: row.wire,
      card: cardOf(row),
      claimWire: row.claim_wire,
      certificateWire: row.certificate_wire,
    }));
  }

  async #step(tx: Transaction, sql: string, values: readonly unknown[]): Promise<boolean> {
    const rows: readonly { done: boolean }[] = await tx.query(sql, [...values]);
    return rows[0]?.done === true;
  }
}

function cardOf({ card_body: body, card_salt: salt }: Row): InvitationSummary['card'] {
  return body === null || salt === null ? null : { body, salt: toBase64Url(salt) };
}

function toInvitation(row: Row): InvitationRow {
  return {
    state: row.state,
    invitationId: row.invitation_id,
    personId: row.person_id,
    officeId: row.office_id,
    roles: row.roles,
    auditScope: row.audit_scope,
    card: row.card,
    step: row.step,
    wire: row.wire,
    proposedBy: row.proposed_by,
    claimWire: row.claim_wire,
    certificateWire: row.certificate_wire,
    expiresAtMs: row.expires_at.getTime(),
  };
}
