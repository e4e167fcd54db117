import { ROUTES, type StateCode } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  newId,
  toBase64Url,
  type Clock,
  type JsonObject,
  type Random,
} from '@enlace/kernel';
import {
  CARD_SALT_BYTES,
  cardHash,
  currentOf,
  parseStatement,
  signStatement,
  type Contact,
  type Directory,
  type Seed,
} from '@enlace/trust';

import type { Session } from '../session/session.js';
import type { Carrier } from './carrier.js';
import { CeremonyRefused } from './ceremony-refused.js';

const DAY_MS = 86_400_000;
/** The foreign ministry approves for a year at most, and the office confirms each quarter. */
const APPROVAL_DAYS = 365;
const CONFIRMATION_DAYS = 100;

/** A person who speaks with the identity key: of an office, or of the foreign ministry. */
export interface Speaker {
  readonly state: StateCode;
  readonly identitySeed: Seed;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
}

/** Whom to call, when and in which language. It never enters the log. */
export interface ContactCardBody extends JsonObject {
  readonly displayName: string | null;
  readonly function: { readonly es: string; readonly en: string };
  readonly languages: readonly string[];
  readonly phone: string | null;
  readonly email: string | null;
  readonly hours: string | null;
  readonly substitute: string | null;
}

/** What the office says of its contact. */
export type ContactContent = Pick<Contact, 'officeId' | 'personId' | 'duties'> & {
  /** Of a contact that is proposed anew; without it a new one. */
  readonly contactId?: string;
  readonly card: ContactCardBody;
};

/** Proposes a contact of the own office. Resolves to the wire that the foreign ministry approves. */
export async function proposeContact(
  session: Session,
  speaker: Speaker,
  { contactId, officeId, personId, duties, card }: ContactContent,
): Promise<string> {
  const { clock, random, identitySeed } = speaker;
  const salt = random.bytes(CARD_SALT_BYTES);
  const id = contactId ?? newId(clock, random);
  const contact: Contact = {
    ...headOfContact(speaker, 'contact', id),
    contactId: id,
    officeId,
    personId,
    duties: [...duties],
    card: cardHash(card, salt),
    closed: false,
  };
  const wire = signStatement(contact, [identitySeed]);
  const body = { wire, card: { body: canonicalJson(card), salt: toBase64Url(salt) } };
  await session.request({ method: 'POST', path: ROUTES.contacts, body }, 'act');
  return wire;
}

/** The foreign ministry's word on a contact, for a year or for fewer days. What it says was shown before. */
export async function approveContact(
  carry: Carrier,
  speaker: Speaker,
  { wire, days = APPROVAL_DAYS }: { readonly wire: string; readonly days?: number },
): Promise<void> {
  const { id, contactId } = contactIn(speaker, wire);
  const head = headOfContact(speaker, 'contact-approval', id);
  const approval = {
    ...head,
    contact: id,
    validUntil: formatInstant(Date.parse(head.issuedAt) + days * DAY_MS),
  };
  await carry({
    path: ROUTES.contactApproval.replace(':id', contactId),
    foundingPath: null,
    action: 'contact.approve',
    objectId: contactId,
    body: { wire: signStatement(approval, [speaker.identitySeed]) },
  });
}

/** The foreign ministry does not approve; the reason is administrative, the host can read it. */
export async function rejectContact(
  carry: Carrier,
  contactId: string,
  reason: string,
): Promise<void> {
  await carry({
    path: ROUTES.contactRejection.replace(':id', contactId),
    foundingPath: null,
    action: 'contact.reject',
    objectId: contactId,
    body: { reason },
  });
}

/** The office says that the contact of the own directory still is who is said, for the quarter that runs. */
export async function confirmContact(
  session: Session,
  speaker: Speaker,
  contactId: string,
): Promise<void> {
  const { state, directory, identitySeed } = speaker;
  const contact = currentOf(directory, { type: 'contact', state, subject: contactId });
  if (contact === null) throw new CeremonyRefused('unknown');
  const { id } = contact.statement;
  const head = headOfContact(speaker, 'contact-confirmation', id);
  // One reading of the clock: a second one, a millisecond later, would make the longest term too long.
  const issuedMs = Date.parse(head.issuedAt);
  const confirmation = {
    ...head,
    contact: id,
    quarter: quarterAt(issuedMs),
    confirmedUntil: formatInstant(issuedMs + CONFIRMATION_DAYS * DAY_MS),
  };
  const path = ROUTES.contactConfirmation.replace(':id', contactId);
  const body = { wire: signStatement(confirmation, [identitySeed]) };
  await session.request({ method: 'POST', path, body }, 'act');
}

function headOfContact<Type extends 'contact' | 'contact-approval' | 'contact-confirmation'>(
  { state, directory, clock }: Speaker,
  type: Type,
  subject: string,
) {
  const before = currentOf(directory, { type, state, subject });
  const serial = (before?.statement.body.serial ?? 0) + 1;
  return { type, v: 1 as const, state, issuedAt: formatInstant(clock.nowMs()), serial };
}

function contactIn(
  { state }: Speaker,
  wire: string,
): { readonly id: string; readonly contactId: string } {
  const { id, body } = parseStatement(wire);
  if (body.type !== 'contact' || body.state !== state) throw new CeremonyRefused('other-state');
  return { id, contactId: body.contactId };
}

function quarterAt(nowMs: number): string {
  const date = new Date(nowMs);
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}
