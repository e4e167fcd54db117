import {
  CONSULTATION_LIMITS,
  type ContactProposed,
  type ContactShown,
  type PersonFound,
  type Role,
  type StateCode,
} from '@enlace/contracts';
import type { DirectorySearchRequest } from '@enlace/contracts/dto';
import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

interface PersonRow {
  readonly personId: string;
  readonly state: StateCode;
  readonly officeId: string;
  readonly roles: readonly Role[];
  readonly card: string;
  readonly notAfter: Date;
}

type ContactRow = Omit<ContactShown, 'cardSalt' | 'validUntil' | 'confirmedUntil'> & {
  readonly cardSalt: Buffer | null;
  readonly validUntil: Date;
  readonly confirmedUntil: Date | null;
};

/** What a reader calls the same: no capitals, no accents. One row more than is shown tells that there is more. */
const plain = (text: string) =>
  `translate(lower(${text}), 'áàâäãéèêëíìîïóòôöõúùûüñç', 'aaaaaeeeeiiiiooooouuuunc')`;
const ROWS = CONSULTATION_LIMITS.rows + 1;

const PERSON_COLUMNS = `p.person_id AS "personId", p.state, p.office_id AS "officeId", p.roles, p.card,
       p.not_after AS "notAfter"`;
const CONTACT_COLUMNS = `c.contact_id AS "contactId", c.state, c.office_id AS "officeId", c.person_id AS "personId",
       c.duties, c.card, c.statement_id AS "statementId", c.valid_until AS "validUntil",
       c.confirmed_until AS "confirmedUntil"`;

/** $1 text, $2 State, $3 role, $4 duty, $5 region; each may be null. */
const SEARCH_PEOPLE_SQL = `
SELECT ${PERSON_COLUMNS}
  FROM app.persons p
  JOIN app.offices o ON o.state = p.state AND o.office_id = p.office_id
  LEFT JOIN app.cards k ON k.state = p.state AND k.card = p.card AND k.kind = 'person'
 WHERE p.revoked_reason IS NULL AND p.not_after > now()
   AND ($1::text IS NULL
        OR strpos(${plain(`concat_ws(' ', k.body::jsonb ->> 'displayName', k.body::jsonb #>> '{title,es}',
                                     k.body::jsonb #>> '{title,en}', o.name_es, o.name_en)`)}, ${plain('$1')}) > 0)
   AND ($2::text IS NULL OR p.state = $2)
   AND ($3::text IS NULL OR $3 = ANY (p.roles))
   AND ($4::text IS NULL OR $4 = ANY (o.duties))
   AND ($5::text IS NULL OR $5 = ANY (o.regions))
 ORDER BY p.state, p.person_id LIMIT ${ROWS}`;

/** Contacts have no role: who searches for one gets the contacts of the people who hold it. */
const SEARCH_CONTACTS_SQL = `
SELECT ${CONTACT_COLUMNS}
  FROM app.contacts c
  JOIN app.offices o ON o.state = c.state AND o.office_id = c.office_id
  LEFT JOIN app.persons p ON p.state = c.state AND p.person_id = c.person_id
  LEFT JOIN app.cards k ON k.state = p.state AND k.card = p.card AND k.kind = 'person'
 WHERE NOT c.is_closed AND c.valid_until IS NOT NULL AND p.revoked_reason IS NULL
   AND ($1::text IS NULL
        OR strpos(${plain(`concat_ws(' ', k.body::jsonb ->> 'displayName', o.name_es, o.name_en)`)},
                  ${plain('$1')}) > 0)
   AND ($2::text IS NULL OR c.state = $2)
   AND ($3::text IS NULL OR $3 = ANY (p.roles))
   AND ($4::text IS NULL OR $4 = ANY (c.duties))
   AND ($5::text IS NULL OR $5 = ANY (o.regions))
 ORDER BY c.state, c.contact_id LIMIT ${ROWS}`;

const PERSON_SQL = `
SELECT ${PERSON_COLUMNS} FROM app.persons p WHERE p.person_id = $1 AND p.revoked_reason IS NULL`;

/** Contacts of the person, and those of the office that name nobody. */
const PROFILE_CONTACTS_SQL = `
SELECT ${CONTACT_COLUMNS}, k.body AS "cardBody", k.salt AS "cardSalt"
  FROM app.contacts c
  LEFT JOIN app.cards k ON k.state = c.state AND k.card = c.card AND k.kind = 'contact'
 WHERE c.state = $1 AND NOT c.is_closed AND c.valid_until IS NOT NULL
   AND (c.person_id = $2 OR (c.person_id IS NULL AND c.office_id = $3))
 ORDER BY c.person_id NULLS LAST, c.contact_id`;

const PROPOSALS_SQL = `
SELECT contact_id AS "contactId", office_id AS "officeId", statement_id AS "statementId", wire,
       card_body AS "cardBody", card_salt AS "cardSalt", step, reason, proposed_at AS "proposedAt"
  FROM app.contact_proposals
 ORDER BY step <> 'proposed', proposed_at DESC, statement_id LIMIT ${ROWS}`;

type ProposalRow = Omit<ContactProposed, 'cardSalt' | 'proposedAt'> & {
  readonly cardSalt: Buffer | null;
  readonly proposedAt: Date;
};

/** All SQL of consultations. */
@Injectable()
export class ConsultationsRepository {
  /** One row more than the limit where there are more. */
  async searchPeople(
    tx: Transaction,
    filter: DirectorySearchRequest,
  ): Promise<readonly PersonFound[]> {
    const rows: readonly PersonRow[] = await tx.query(SEARCH_PEOPLE_SQL, parameters(filter));
    return rows.map(personFound);
  }

  /** As `searchPeople`; the cards stay behind. */
  async searchContacts(tx: Transaction, filter: DirectorySearchRequest) {
    const rows: readonly Omit<ContactRow, 'cardBody' | 'cardSalt'>[] = await tx.query(
      SEARCH_CONTACTS_SQL,
      parameters(filter),
    );
    return rows.map((row) => ({ ...row, ...datesOf(row) }));
  }

  /** Those of the own State; one row more than the limit where there are more. */
  async findProposals(tx: Transaction): Promise<readonly ContactProposed[]> {
    const rows: readonly ProposalRow[] = await tx.query(PROPOSALS_SQL);
    return rows.map(({ cardSalt, proposedAt, ...row }) => ({
      ...row,
      cardSalt: cardSalt?.toString('base64url') ?? null,
      proposedAt: formatInstant(proposedAt.getTime()),
    }));
  }

  /** `null` for somebody unknown, or whose certificate was revoked. */
  async findPerson(tx: Transaction, personId: string): Promise<PersonFound | null> {
    const [row]: readonly PersonRow[] = await tx.query(PERSON_SQL, [personId]);
    return row === undefined ? null : personFound(row);
  }

  async findContacts(
    tx: Transaction,
    { state, personId, officeId }: PersonFound,
  ): Promise<readonly ContactShown[]> {
    const rows: readonly ContactRow[] = await tx.query(PROFILE_CONTACTS_SQL, [
      state,
      personId,
      officeId,
    ]);
    return rows.map(({ cardSalt, ...row }) => ({
      ...row,
      ...datesOf(row),
      cardSalt: cardSalt === null ? null : cardSalt.toString('base64url'),
    }));
  }
}

function parameters({ text, state, role, duty, region }: DirectorySearchRequest) {
  return [text ?? null, state ?? null, role ?? null, duty ?? null, region ?? null];
}

function personFound({ notAfter, ...row }: PersonRow): PersonFound {
  return { ...row, notAfter: formatInstant(notAfter.getTime()) };
}

function datesOf({
  validUntil,
  confirmedUntil,
}: Pick<ContactRow, 'validUntil' | 'confirmedUntil'>) {
  return {
    validUntil: formatInstant(validUntil.getTime()),
    confirmedUntil: confirmedUntil === null ? null : formatInstant(confirmedUntil.getTime()),
  };
}
