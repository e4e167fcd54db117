import { formatInstant } from '@enlace/kernel';
import type { ContactStepName, StateCode } from '@enlace/contracts';
import type { Contact, StatementId } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../platform/database/database.js';

/** A proposal as it stands. */
export interface ContactProposal {
  readonly state: StateCode;
  readonly statementId: string;
  readonly contactId: string;
  readonly officeId: string;
  readonly wire: string;
  readonly card: string;
  /** Of an open proposal; null once it is settled. */
  readonly cardBody: string | null;
  readonly cardSalt: Buffer | null;
  readonly step: ContactStepName;
}

interface NewProposal {
  readonly contact: Contact;
  readonly statementId: StatementId;
  readonly wire: string;
  readonly cardBody: string;
  readonly cardSalt: Uint8Array;
  readonly proposedBy: string;
  readonly nowMs: number;
}

const PROPOSE_SQL = `
INSERT INTO app.contact_proposals (state, statement_id, contact_id, office_id, wire, card, card_body, card_salt, step,
                                   proposed_by, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10)`;

const LOCK_SQL = `
SELECT state, statement_id AS "statementId", contact_id AS "contactId", office_id AS "officeId", wire, card,
       card_body AS "cardBody", card_salt AS "cardSalt", step
  FROM app.contact_proposals WHERE contact_id = $1 AND statement_id = $2 FOR UPDATE`;

const NEWEST_SQL = `
SELECT statement_id AS "statementId" FROM app.contact_proposals
 WHERE contact_id = $1 ORDER BY proposed_at DESC, statement_id LIMIT 1`;

const SETTLE_SQL = `
UPDATE app.contact_proposals SET step = $2, reason = $3, card_body = NULL, card_salt = NULL
 WHERE statement_id = $1 AND step = 'proposed'`;

const KEEP_CARD_SQL = 'SELECT guard.keep_contact_card($1, $2, $3)';

const LOGGED_SQL = `
SELECT office_id AS "officeId", statement_id AS "statementId", valid_until IS NOT NULL AS "isApproved"
  FROM app.contacts WHERE state = $1 AND contact_id = $2`;

/** All SQL of contacts. */
@Injectable()
export class ContactsRepository {
  async propose(tx: Transaction, proposal: NewProposal): Promise<void> {
    const { contact, statementId, wire, cardBody, cardSalt, proposedBy, nowMs } = proposal;
    await tx.query(PROPOSE_SQL, [
      contact.state,
      statementId,
      contact.contactId,
      contact.officeId,
      wire,
      contact.card,
      cardBody,
      Buffer.from(cardSalt),
      proposedBy,
      formatInstant(nowMs),
    ]);
  }

  /** One proposal of the own State, locked; `null` when there is none. */
  async lock(
    tx: Transaction,
    key: { readonly contactId: string; readonly statementId: string },
  ): Promise<ContactProposal | null> {
    const rows: readonly ContactProposal[] = await tx.query(LOCK_SQL, [
      key.contactId,
      key.statementId,
    ]);
    return rows[0] ?? null;
  }

  /** The newest proposal of a contact of the own State; `null` when there is none. */
  async findNewestId(tx: Transaction, contactId: string): Promise<string | null> {
    const rows: readonly { statementId: string }[] = await tx.query(NEWEST_SQL, [contactId]);
    return rows[0]?.statementId ?? null;
  }

  async settle(
    tx: Transaction,
    statementId: string,
    end: { readonly step: 'approved' | 'rejected'; readonly reason: string | null },
  ): Promise<void> {
    await tx.query(SETTLE_SQL, [statementId, end.step, end.reason]);
  }

  async keepCard(tx: Transaction, { card, cardBody, cardSalt }: ContactProposal): Promise<void> {
    await tx.query(KEEP_CARD_SQL, [card, cardBody, cardSalt]);
  }

  /** The contact that is in the log; `null` when none is. */
  async findLogged(
    tx: Transaction,
    { state, contactId }: { readonly state: StateCode; readonly contactId: string },
  ): Promise<{
    readonly officeId: string;
    readonly statementId: string;
    readonly isApproved: boolean;
  } | null> {
    const rows: readonly { officeId: string; statementId: string; isApproved: boolean }[] =
      await tx.query(LOGGED_SQL, [state, contactId]);
    return rows[0] ?? null;
  }
}
