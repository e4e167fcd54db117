import { ROUTES } from '@enlace/contracts';
import {
  cosignStatement,
  parseStatement,
  signStatement,
  verifyStateSigners,
  type PersonCert,
} from '@enlace/trust';

import { CeremonyRefused } from './ceremony-refused.js';
import { assertInvitedBy } from './invite.js';
import {
  readOpenInvitation,
  type InvitationContent,
  type OpenInvitation,
} from './open-invitation.js';
import { hasSigned, headOf, termOf, type Registrar } from './registrar.js';

/** A person is certified for a year at most. */
const PERSON_TERM_DAYS = 365;

/**
 * Certifies whoever claimed: the first registrar signs the certificate, the second one signs the same bytes. `digits`
 * are what the person reads aloud from the own device, face to face or over a channel known before; spaces do not
 * matter. Throws `ceremony.refused`: `digits` when they are not those of the claim that the server shows, which then is
 * not the person's. Resolves to the wire as it stands after this signature.
 */
export async function certifyPerson(
  registrar: Registrar,
  open: OpenInvitation,
  digits: string,
): Promise<string> {
  const content = readOpenInvitation(open);
  const { invitation } = content;
  if (invitation.state !== registrar.state) throw new CeremonyRefused('other-state');
  if (content.claim === null || content.digits === null) throw new CeremonyRefused('not-claimed');
  if (onlyDigits(digits) !== onlyDigits(content.digits)) throw new CeremonyRefused('digits');
  assertInvitedBy(registrar, open, 2);
  const wire =
    open.certificateWire === null
      ? signCertificate(registrar, content)
      : cosignCertificate(registrar, open.certificateWire);
  const { invitationId } = invitation;
  await registrar.carry({
    path: ROUTES.invitationCertificate.replace(':id', invitationId),
    foundingPath: ROUTES.foundingCertificate.replace(':id', invitationId),
    action: 'person.certify',
    objectId: invitationId,
    body: { wire },
  });
  return wire;
}

function signCertificate(registrar: Registrar, { invitation, claim }: InvitationContent): string {
  const { personId, officeId, roles, auditScope, card } = invitation;
  const { head, before } = headOf(registrar, 'person-cert', personId);
  const body: PersonCert = {
    ...head,
    personId,
    officeId,
    roles: [...roles],
    auditScope,
    identityKey: claim?.identityKey ?? '',
    card,
    ...termOf(registrar, PERSON_TERM_DAYS),
    previous: before?.statement.id ?? null,
  };
  return signStatement(body, [registrar.seed]);
}

/** Adds a signature to a certificate that another certified registrar signed. Throws `ceremony.refused`. */
export function cosignCertificate(registrar: Registrar, wire: string): string {
  const { directory, state, seed } = registrar;
  const { object, body } = parseStatement(wire);
  if (body.state !== state) throw new CeremonyRefused('other-state');
  if (hasSigned(registrar, object)) throw new CeremonyRefused('own-proposal');
  if (directory !== null) {
    try {
      const atMs = Date.parse(body.issuedAt);
      const label = `enlace/trust/v1/${body.type}` as const;
      const signers = verifyStateSigners(directory, object, { label, state, atMs });
      if (signers.length === 0) throw new CeremonyRefused('signers');
    } catch (cause) {
      throw new CeremonyRefused('signers', { cause });
    }
  }
  return cosignStatement(wire, seed);
}

function onlyDigits(text: string): string {
  return text.replaceAll(/\D/g, '');
}
