import { ROUTES, type AuditScope, type Role } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  newId,
  newRandomId,
  parseBase64Url,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';
import {
  addSignature,
  CARD_SALT_BYTES,
  cardHash,
  formatInvitation,
  INVITATION_LIFE_MS,
  invitationCodeHash,
  parseSignedObject,
  SIGNING_LABELS,
  signObject,
  trustStoreFingerprint,
  verifyInvitation,
  type Invitation,
} from '@enlace/trust';

import { CeremonyRefused } from './ceremony-refused.js';
import { readOpenInvitation, type OpenInvitation } from './open-invitation.js';
import { hasSigned, randomText, type Registrar } from './registrar.js';

const CODE_BYTES = 16;

/** The name behind a certificate; it never enters the log. */
export interface PersonCardBody extends JsonObject {
  readonly displayName: string;
  readonly title: { readonly es: string; readonly en: string };
}

/** Whom a State invites, as what. */
export interface Invited {
  /** Of somebody who has a certificate already; without it somebody new. */
  readonly personId?: PersonId;
  readonly officeId: string;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
  readonly card: PersonCardBody;
}

/** An invitation that was proposed. */
export interface ProposedInvitation {
  readonly invitation: Invitation;
  readonly wire: string;
  /** The name behind its hash, for whoever signs next. */
  readonly card: { readonly body: string; readonly salt: string };
  /** What is handed over in person, on paper. It holds the code, which exists nowhere else: not in a log or a mail. */
  readonly paper: string;
}

/**
 * Proposes. The code is made here; the server sees its hash alone, and the code itself when it is claimed. Throws the
 * server's refusal; the invitation then does not exist.
 */
export async function proposeInvitation(
  registrar: Registrar,
  { personId, officeId, roles, auditScope, card }: Invited,
  trustStoreText: string,
): Promise<ProposedInvitation> {
  const { state, seed, clock, random, carry } = registrar;
  const code = random.bytes(CODE_BYTES);
  const salt = randomText(registrar, CARD_SALT_BYTES);
  const invitation: Invitation = {
    invitationId: newId(clock, random),
    state,
    personId: personId ?? newRandomId<PersonId>(random),
    officeId,
    roles: [...roles],
    auditScope,
    card: cardHash(card, parseBase64Url(salt)),
    codeHash: invitationCodeHash(code),
    // A little less than the longest: the server measures by a clock of its own.
    expiresAt: formatInstant(clock.nowMs() + INVITATION_LIFE_MS - CLOCK_MARGIN_MS),
  };
  const { invitationId } = invitation;
  const wire = signObject(SIGNING_LABELS.invitation, invitation, [seed]);
  const named = { body: canonicalJson(card), salt };
  await carry({
    path: ROUTES.invitations,
    foundingPath: ROUTES.foundingInvitations,
    action: 'person.invite',
    objectId: invitationId,
    body: { wire, card: named },
  });
  const fingerprint = trustStoreFingerprint(trustStoreText);
  const paper = formatInvitation({ state, invitationId, code, trustStoreFingerprint: fingerprint });
  code.fill(0);
  return { invitation, wire, card: named, paper };
}

const CLOCK_MARGIN_MS = 10 * 60_000;

/**
 * Signs the same bytes as the second registrar. What it says (`readOpenInvitation`) was shown to him before. Throws
 * `ceremony.refused` for an invitation of another State, one that he signed himself, or one that no registrar of the
 * State signed. Resolves to the wire with both signatures.
 */
export async function approveInvitation(
  registrar: Registrar,
  open: OpenInvitation,
): Promise<string> {
  const { invitation } = readOpenInvitation(open);
  const { state, seed, carry } = registrar;
  if (invitation.state !== state) throw new CeremonyRefused('other-state');
  if (hasSigned(registrar, parseSignedObject(open.wire))) throw new CeremonyRefused('own-proposal');
  assertInvitedBy(registrar, open, 1);
  const wire = addSignature(SIGNING_LABELS.invitation, open.wire, seed);
  const { invitationId } = invitation;
  await carry({
    path: ROUTES.invitationApproval.replace(':id', invitationId),
    foundingPath: ROUTES.foundingInvitationApproval.replace(':id', invitationId),
    action: 'person.invite',
    objectId: invitationId,
    body: { wire },
  });
  return wire;
}

/** Ends an invitation that nobody has been certified by yet. One registrar is enough. */
export async function cancelInvitation(
  { carry }: Pick<Registrar, 'carry'>,
  invitationId: string,
): Promise<void> {
  await carry({
    method: 'DELETE',
    path: ROUTES.invitation.replace(':id', invitationId),
    foundingPath: null,
    action: 'person.invite',
    objectId: invitationId,
  });
}

/** By the registrar's own directory, so many certified registrars signed it. While a State is founded, people know. */
export function assertInvitedBy(
  { directory, clock }: Registrar,
  { wire }: OpenInvitation,
  count: number,
): void {
  if (directory === null) return;
  const signers = registrarsOf(() => verifyInvitation(directory, wire, clock.nowMs()).registrars);
  if (new Set(signers.map(({ id }) => id)).size < count) throw new CeremonyRefused('signers');
}

function registrarsOf<Signers>(read: () => Signers): Signers {
  try {
    return read();
  } catch (cause) {
    throw new CeremonyRefused('signers', { cause });
  }
}
