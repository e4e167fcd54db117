import { ROUTES, type Purpose } from '@enlace/contracts';
import { parseBase64Url, type JsonObject, type PersonId } from '@enlace/kernel';
import { currentOf, verifyContactCard, type Directory } from '@enlace/trust';

import { CeremonyRefused } from '../ceremony/ceremony-refused.js';
import { declarePurpose } from '../session/declare-purpose.js';
import type { Session } from '../session/session.js';
import { AnswerFields } from '../transport/answer-fields.js';
import type { OfficeContact } from './contacts.js';

const fields = new AnswerFields('profile');
const CARD_CHARACTERS = 16_384;
const CONTACTS_LIMIT = 50;

/** Whom somebody wants to reach: a contact that is a person. */
export type Reached = Pick<OfficeContact, 'contactId' | 'state'> & { readonly personId: PersonId };

/**
 * Telephone, mail and hours of a contact, as its office signed; `null` where the card was erased. Who asked, for what
 * purpose, is on record. Throws `ceremony.refused` for a card that nobody signed for, `client.answer-malformed`, and
 * the refusal of the server.
 */
export async function reachContact(
  session: Session,
  directory: Directory,
  { contact, purpose }: { readonly contact: Reached; readonly purpose: Purpose },
): Promise<JsonObject | null> {
  const { contactId, state, personId } = contact;
  const signed = currentOf(directory, { type: 'contact', state, subject: contactId });
  if (signed === null) throw new CeremonyRefused('unknown');
  const headings = await declarePurpose(session, { purpose });
  const path = ROUTES.personProfile.replace(':id', personId);
  const told = fields.object(await session.request({ method: 'GET', path, headings }, 'act'));
  const shown = fields
    .list(told['contacts'], CONTACTS_LIMIT)
    .map((one) => fields.object(one))
    .find((one) => one['contactId'] === contactId);
  if (shown === undefined) return fields.refuse();
  if (shown['cardBody'] === null) return null;
  const body = fields.text(shown['cardBody'], CARD_CHARACTERS);
  try {
    const salt = parseBase64Url(fields.text(shown['cardSalt'], CARD_CHARACTERS));
    return verifyContactCard(body, salt, signed.statement.body.card);
  } catch (cause) {
    throw new CeremonyRefused('card', { cause });
  }
}
