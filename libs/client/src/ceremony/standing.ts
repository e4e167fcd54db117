import { ROUTES, type AuditScope, type Role } from '@enlace/contracts';
import { canonicalJson, parseBase64Url } from '@enlace/kernel';
import {
  CARD_SALT_BYTES,
  cardHash,
  currentOf,
  parseStatement,
  signStatement,
  type PersonCert,
  type Revocation,
} from '@enlace/trust';

import { CeremonyRefused } from './ceremony-refused.js';
import { cosignCertificate } from './certify.js';
import type { PersonCardBody } from './invite.js';
import { headOf, randomText, termOf, type Registrar } from './registrar.js';

const PERSON_TERM_DAYS = 365;

/** A registrar who holds a directory of his own: what is revoked or renewed is looked up there, not at the server. */
export type InformedRegistrar = Registrar & {
  readonly directory: NonNullable<Registrar['directory']>;
};

/**
 * Takes a person's certificate away, at once, by one registrar. `suspended` can be lifted by two; after `lost` and
 * `compromised` the key is never certified again. Throws `ceremony.refused` for nobody of the own State.
 */
export async function revokePerson(
  registrar: InformedRegistrar,
  personId: string,
  reason: Revocation['reason'],
): Promise<void> {
  const { statementId } = certificateOf(registrar, personId);
  const target = { target: statementId, targetKind: 'person', reason, sinceIndex: null } as const;
  await registrar.carry({
    path: ROUTES.personRevocation.replace(':id', personId),
    foundingPath: null,
    action: reason === 'suspended' ? 'person.suspend' : 'person.revoke',
    objectId: personId,
    body: { wire: signRevocation(registrar, target) },
  });
}

/** Takes a device of somebody of the own State away, at once. Throws `ceremony.refused` for an unknown one. */
export async function revokeDeviceOf(
  registrar: InformedRegistrar,
  deviceId: string,
  reason: Revocation['reason'],
): Promise<void> {
  const { state, directory } = registrar;
  const device = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
  if (device === null) throw new CeremonyRefused('unknown');
  const target = device.statement.id;
  const wire = signRevocation(registrar, {
    target,
    targetKind: 'device',
    reason,
    sinceIndex: null,
  });
  await registrar.carry({
    path: ROUTES.deviceRevocation.replace(':id', deviceId),
    foundingPath: null,
    action: 'device.revoke',
    objectId: deviceId,
    body: { wire },
  });
}

/** Hands in a revocation of a registrar that the State's root signed offline. */
export async function handInRegistrarRevocation(
  { carry }: Pick<Registrar, 'carry'>,
  registrarId: string,
  wire: string,
): Promise<void> {
  await carry({
    path: ROUTES.registrarRevocation.replace(':id', registrarId),
    foundingPath: null,
    action: 'authority.submit',
    objectId: registrarId,
    body: { wire },
  });
}

/** What the next certificate of a person says otherwise. Nothing: it is renewed, or lifts a suspension. */
export interface CertificateChange {
  readonly officeId?: string;
  readonly roles?: readonly Role[];
  readonly auditScope?: AuditScope | null;
  readonly card?: PersonCardBody;
}

/** A certificate that a second registrar signs, and the card where it changes. It travels between the two. */
export interface DraftedCertificate {
  readonly wire: string;
  readonly card: { readonly body: string; readonly salt: string } | null;
}

/** The next certificate of a person, with the same key, signed by the first registrar. Nothing is sent. */
export function draftNextCertificate(
  registrar: InformedRegistrar,
  personId: string,
  change: CertificateChange,
): DraftedCertificate {
  const { body, statementId } = certificateOf(registrar, personId);
  const { head } = headOf(registrar, 'person-cert', personId);
  const { officeId, roles, auditScope } = { ...body, ...change };
  const salt = randomText(registrar, CARD_SALT_BYTES);
  const next: PersonCert = {
    ...head,
    personId,
    officeId,
    roles: [...roles],
    auditScope,
    identityKey: body.identityKey,
    card: change.card === undefined ? body.card : cardHash(change.card, parseBase64Url(salt)),
    ...termOf(registrar, PERSON_TERM_DAYS),
    previous: statementId,
  };
  return {
    wire: signStatement(next, [registrar.seed]),
    card: change.card === undefined ? null : { body: canonicalJson(change.card), salt },
  };
}

/**
 * Signs beside the first registrar and hands the certificate in: a renewal, another role or office, or the end of a
 * suspension. What it says was shown before. Throws `ceremony.refused`.
 */
export async function completeNextCertificate(
  registrar: InformedRegistrar,
  { wire: drafted, card }: DraftedCertificate,
): Promise<string> {
  const { body } = parseStatement(drafted);
  if (body.type !== 'person-cert') throw new CeremonyRefused('certificate-of-another');
  const wire = cosignCertificate(registrar, drafted);
  const { personId } = body;
  const { statementId, isRevoked, body: before } = certificateOf(registrar, personId);
  if (body.previous !== statementId || body.identityKey !== before.identityKey) {
    throw new CeremonyRefused('certificate-of-another');
  }
  await registrar.carry({
    path: ROUTES.personCertificate.replace(':id', personId),
    foundingPath: null,
    action: isRevoked ? 'person.reinstate' : 'person.certify',
    objectId: personId,
    body: { wire, ...(card === null ? {} : { card: { ...card } }) },
  });
  return wire;
}

/** Lifts what a person did with "this was not me", after it was spoken about. */
export async function unfreezePerson(
  { carry }: Pick<Registrar, 'carry'>,
  personId: string,
): Promise<void> {
  await carry({
    path: ROUTES.personUnfreeze.replace(':id', personId),
    foundingPath: null,
    action: 'person.unfreeze',
    objectId: personId,
  });
}

function certificateOf(
  { directory, state }: InformedRegistrar,
  personId: string,
): { readonly body: PersonCert; readonly statementId: string; readonly isRevoked: boolean } {
  const current = currentOf(directory, { type: 'person-cert', state, subject: personId });
  if (current === null) throw new CeremonyRefused('unknown');
  const { body, id } = current.statement;
  const through = directory.revocations.get(`person|${personId}`)?.through ?? 0;
  return { body, statementId: id, isRevoked: body.serial <= through };
}

function signRevocation(
  registrar: Registrar,
  target: Pick<Revocation, 'target' | 'targetKind' | 'reason' | 'sinceIndex'>,
): string {
  const { head } = headOf(registrar, 'revocation', target.target);
  return signStatement({ ...head, ...target }, [registrar.seed]);
}
