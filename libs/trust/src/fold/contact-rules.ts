import type { Role } from '@enlace/contracts';

import { statesOfFact } from '../statements/fact-bodies.js';
import type { BodyOf, Contact, StatementBody } from '../statements/statement.js';
import { officeAt } from './authority-rules.js';
import {
  currentOf,
  isOfType,
  slotOf,
  type Accepted,
  type Directory,
  type SignerKey,
} from './directory.js';
import { refuseUnless, withHome, type Candidate, type Rule } from './rule.js';
import { identitiesOnWire, issuedMs, registrarKeys, verifySigners } from './signers.js';

const DAY_MS = 86_400_000;
const APPROVAL_DAYS = 366;
const CONFIRMATION_DAYS = 100;
const OPERATIONAL: readonly Role[] = [
  'prosecutor',
  'liaison',
  'cooperation-officer',
  'central-authority',
];

export const contactRule: Rule<Contact> = (candidate) => {
  const { directory, statement } = candidate;
  const { body } = statement;
  refuseUnless(officeAt(directory, body.state, body.officeId) !== null, 'office');
  if (body.personId !== null) {
    const slot = { type: 'person-cert' as const, state: body.state, subject: body.personId };
    refuseUnless(currentOf(directory, slot) !== null, 'person');
  }
  const signers = signedByPeople(candidate, 1, ({ statement: { body: person } }) => {
    const isOfOffice = person.officeId === body.officeId;
    return isOfOffice && person.roles.some((role) => OPERATIONAL.includes(role));
  });
  return { signers, directory: withHome(directory, `contact|${body.contactId}`, body.state) };
};

/** The foreign ministry's word, for a term. */
export const contactApprovalRule: Rule<BodyOf<'contact-approval'>> = (candidate) => {
  const { directory, statement } = candidate;
  const { body } = statement;
  currentContact(directory, body);
  assertAhead(body.issuedAt, body.validUntil, APPROVAL_DAYS);
  const signers = signedByPeople(candidate, 1, ({ statement: { body: person } }) =>
    person.roles.includes('chancellery-approver'),
  );
  return { signers, directory };
};

/** The office says that the contact still is who is said; only after an approval, and each quarter again. */
export const contactConfirmationRule: Rule<BodyOf<'contact-confirmation'>> = (candidate) => {
  const { directory, statement } = candidate;
  const { body } = statement;
  const contact = currentContact(directory, body);
  const approval = slotOf(directory, { ...body, type: 'contact-approval', subject: body.contact });
  refuseUnless(approval.accepted.length > 0 && !approval.isForked, 'contact-not-approved');
  assertAhead(body.issuedAt, body.confirmedUntil, CONFIRMATION_DAYS);
  const registrars = registrarKeys(directory, body.state, issuedMs(body));
  const colleagues = identitiesOnWire(directory, statement)
    .filter(({ cert }) => cert.statement.body.officeId === contact.officeId)
    .map(({ signer }) => signer);
  const signers = verifySigners(statement, [...registrars, ...colleagues]);
  refuseUnless(signers.length === 1, 'one-signature');
  return { signers, directory };
};

/** Facts about a State are that State's own; the region publishes secondary facts, and both review rules. */
export const factConfirmationRule: Rule<BodyOf<'fact-confirmation'>> = (candidate) => {
  const { directory, statement } = candidate;
  const { state, path } = statement.body;
  const isSecretariat = state === 'XR';
  const isRule = path.startsWith('/rules/');
  refuseUnless(isRule || isSecretariat || statesOfFact(path).includes(state), 'other-state');
  const roles: readonly Role[] = isSecretariat
    ? ['secretariat']
    : isRule
      ? ['central-authority']
      : ['cooperation-officer', 'central-authority'];
  const needed = isRule || isSecretariat ? 1 : 2;
  const signers = signedByPeople(candidate, needed, ({ statement: { body: person } }) =>
    person.roles.some((role) => roles.includes(role)),
  );
  return { signers, directory };
};

function signedByPeople<Body extends StatementBody>(
  { directory, statement }: Candidate<Body>,
  needed: number,
  isEntitled: (cert: Accepted<BodyOf<'person-cert'>>) => boolean,
): readonly SignerKey[] {
  const entitled = identitiesOnWire(directory, statement).filter(({ cert }) => isEntitled(cert));
  const signers = verifySigners(
    statement,
    entitled.map(({ signer }) => signer),
  );
  refuseUnless(signers.length >= needed, 'signature-count');
  return signers;
}

function currentContact(
  directory: Directory,
  { contact, state }: { readonly contact: string; readonly state: Contact['state'] },
): Contact {
  const accepted = directory.statements.get(contact);
  refuseUnless(accepted !== undefined && isOfType(accepted, 'contact'), 'contact');
  const { body } = accepted.statement;
  refuseUnless(body.state === state && !body.closed, 'contact');
  const current = currentOf(directory, { type: 'contact', state, subject: body.contactId });
  refuseUnless(current?.statement.id === contact, 'contact-superseded');
  return body;
}

function assertAhead(from: string, until: string, maxDays: number): void {
  const spanMs = Date.parse(until) - Date.parse(from);
  refuseUnless(spanMs > 0 && spanMs <= maxDays * DAY_MS, 'term-length');
}
