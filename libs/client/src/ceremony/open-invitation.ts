import { ROUTES, type InvitationStepName } from '@enlace/contracts';
import { isJsonObject, parseBase64Url, type JsonObject, type JsonValue } from '@enlace/kernel';
import {
  claimCheckDigits,
  parseInvitation,
  parseSignedObject,
  parseStatement,
  verifyClaim,
  verifyPersonCard,
  type Claim,
  type Invitation,
  type PersonCert,
} from '@enlace/trust';

import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';
import { CeremonyRefused } from './ceremony-refused.js';

const STEPS = ['proposed', 'approved', 'claimed', 'certified', 'active', 'cancelled'] as const;

/** An invitation under way, as it travels: what was signed so far. */
export interface OpenInvitation {
  /** The server's word. What counts is signed. */
  readonly step: InvitationStepName;
  readonly wire: string;
  /** The name behind the hash that was signed, while the directory does not have it yet. */
  readonly card?: { readonly body: string; readonly salt: string } | null;
  readonly claimWire: string | null;
  readonly certificateWire: string | null;
}

/** What an invitation under way says, read from what was signed and from nothing else. */
export interface InvitationContent {
  readonly invitation: Invitation;
  /** Signatures on the invitation, whatever they are worth. */
  readonly signatures: number;
  /** Name and title, found to be what was signed for; null where they did not come along. */
  readonly card: JsonObject | null;
  readonly claim: Claim | null;
  /** What the person who claimed reads aloud; null before the claim. */
  readonly digits: string | null;
  readonly certificate: PersonCert | null;
}

/** The newest invitations of the own State. What is in them is the server's word until `readOpenInvitation`. */
export async function listInvitations(session: Session): Promise<readonly OpenInvitation[]> {
  const body = await session.request({ method: 'GET', path: ROUTES.invitations }, 'act');
  if (!Array.isArray(body)) throw new AnswerMalformed('invitations');
  const items: readonly JsonValue[] = body;
  return items.map(readSummary);
}

/**
 * Reads what was signed. Throws `ceremony.refused` when its parts are not of one invitation: the claim of another, a
 * certificate of somebody else, another name than the one that was signed for.
 */
// Attacker-controlled: every wire is the server's, or was on a stick.
export function readOpenInvitation(open: OpenInvitation): InvitationContent {
  try {
    const invitation = parseInvitation(open.wire);
    const claim = open.claimWire === null ? null : verifyClaim(open.claimWire);
    const certificate = open.certificateWire === null ? null : personCertIn(open.certificateWire);
    const isClaimOfIt =
      claim === null ||
      (claim.invitationId === invitation.invitationId &&
        claim.state === invitation.state &&
        claim.codeHash === invitation.codeHash);
    if (!isClaimOfIt) throw new CeremonyRefused('claim-of-another');
    if (certificate !== null) assertCertifies(certificate, invitation, claim);
    return {
      invitation,
      card: nameIn(open, invitation.card),
      signatures: parseSignedObject(open.wire).signatures.length,
      claim,
      digits: claim && digitsOf(claim),
      certificate,
    };
  } catch (cause) {
    throw cause instanceof CeremonyRefused ? cause : new CeremonyRefused('form', { cause });
  }
}

function nameIn({ card = null }: OpenInvitation, signedFor: string): JsonObject | null {
  return card && verifyPersonCard(card.body, parseBase64Url(card.salt), signedFor);
}

function personCertIn(wire: string): PersonCert {
  const { body } = parseStatement(wire);
  if (body.type !== 'person-cert') throw new CeremonyRefused('certificate-of-another');
  return body;
}

/** Who was invited, as what, with the key that was claimed, and nothing else. */
function assertCertifies(
  certificate: PersonCert,
  invitation: Invitation,
  claim: Claim | null,
): void {
  const isAsInvited =
    certificate.state === invitation.state &&
    certificate.personId === invitation.personId &&
    certificate.officeId === invitation.officeId &&
    certificate.roles.join() === invitation.roles.join() &&
    certificate.auditScope === invitation.auditScope &&
    certificate.card === invitation.card &&
    certificate.identityKey === claim?.identityKey;
  if (!isAsInvited) throw new CeremonyRefused('certificate-of-another');
}

function digitsOf({ identityKey, signKey }: Claim): string {
  return claimCheckDigits(parseBase64Url(identityKey), parseBase64Url(signKey));
}

function readSummary(value: JsonValue): OpenInvitation {
  const {
    step,
    wire,
    card,
    claimWire = null,
    certificateWire = null,
  } = isJsonObject(value) ? value : {};
  const known = STEPS.find((each) => each === step);
  const isText = (text: JsonValue): text is string | null =>
    text === null || typeof text === 'string';
  if (known === undefined || typeof wire !== 'string') throw new AnswerMalformed('invitation');
  if (!isText(claimWire) || !isText(certificateWire)) throw new AnswerMalformed('invitation');
  return { step: known, wire, card: readCard(card ?? null), claimWire, certificateWire };
}

function readCard(value: JsonValue): NonNullable<OpenInvitation['card']> | null {
  if (value === null) return null;
  const { body, salt } = isJsonObject(value) ? value : {};
  if (typeof body === 'string' && typeof salt === 'string') return { body, salt };
  throw new AnswerMalformed('card');
}
