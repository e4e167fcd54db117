import {
  CeremonyRefused,
  readOpenInvitation,
  type ListedPerson,
  type OpenInvitation,
  type Session,
} from '@enlace/client';
import type { StateCode } from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  isDomainError,
  parseBase64Url,
  sha256,
  systemClock,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import {
  currentOf,
  keyFingerprint,
  keyId,
  officeAt,
  parseSignedObject,
  parseStatement,
  publicKeyOf,
  verifyPerson,
  type Directory,
  type KeyId,
  type PersonCert,
  type Statement,
} from '@enlace/trust';

import type { Registry, RegistryInvitation, RegistryPerson } from '../../protocol/operations.js';
import { stateOf, type DeviceProfile } from '../device-profile.js';
import { namedBy, namesIn, type Cards, type Named } from '../directory/names.js';

/** What a registrar's page is made of. */
export interface AsRead {
  readonly directory: Directory;
  readonly log: Registry['log'];
  readonly profile: DeviceProfile;
  /** The server's lists; what is signed in them counts. */
  readonly people: readonly ListedPerson[];
  readonly open: readonly OpenInvitation[];
  readonly seed: Uint8Array | null;
}

interface Reading extends AsRead {
  readonly state: StateCode;
  readonly cards: Cards;
  readonly ownKey: KeyId | null;
  readonly nowMs: number;
}

/** People, invitations and offices of the own State. Throws `ceremony.refused` for one that contradicts itself. */
export async function registryInWords(session: Session, read: AsRead): Promise<Registry> {
  const { directory, profile, people, open, seed, log } = read;
  const state = stateOf(profile);
  const invitations = open.map((each) => readOpenInvitation(each).invitation);
  const key = registrarKeyOf(directory, profile);
  const nowMs = systemClock.nowMs();
  const reading: Reading = {
    ...read,
    state,
    nowMs,
    cards: await namesIn(session, [...people, ...invitations]),
    ownKey: key === null ? null : keyId(parseBase64Url(key)),
  };
  return {
    state,
    key: seed === null ? null : keyFingerprint(publicKeyOf(seed)),
    offices: officesOf(directory, state),
    people: people.map((person) => personInWords(reading, person)),
    invitations: open.map((each) => invitationInWords(reading, each)),
    readAt: formatInstant(nowMs),
    log,
  };
}

/** The key that the root certified for this person, base64url; null for who is no registrar. */
export function registrarKeyOf(directory: Directory, profile: DeviceProfile): string | null {
  const subject = profile.personId ?? '';
  const place = { type: 'registrar-cert', state: stateOf(profile), subject } as const;
  return currentOf(directory, place)?.statement.body.key ?? null;
}

/** Nobody signs for a hash: who is meant, and of which office, was shown in words. Throws `ceremony.refused`. */
export function assertNamed({ name, title, office }: Named & Pick<RegistryPerson, 'office'>): void {
  if ([name, title, office].includes(null)) throw new CeremonyRefused('unnamed');
}

/** The newest certificate of a person of that State. */
export function newestCertificate(
  directory: Directory,
  state: StateCode,
  personId: string,
): Statement<PersonCert> | null {
  return currentOf(directory, { type: 'person-cert', state, subject: personId })?.statement ?? null;
}

/** Whether the key of a certificate was revoked as lost or compromised: it is never certified again. */
export function isBurned(directory: Directory, { identityKey }: PersonCert): boolean {
  return directory.keys.get(keyId(parseBase64Url(identityKey)))?.isBurned ?? false;
}

/** Names exactly what was signed of an invitation so far. */
function hashOfSeen({ wire, claimWire, certificateWire }: OpenInvitation): string {
  return toBase64Url(sha256(utf8(canonicalJson([wire, claimWire, certificateWire]))));
}

function officesOf(directory: Directory, state: StateCode): Registry['offices'] {
  const ids = directory.statements.values().flatMap(({ statement: { body } }) => {
    return body.type === 'office' && body.state === state ? [body.officeId] : [];
  });
  return [...new Set(ids)].toSorted().flatMap((officeId) => {
    const office = officeAt(directory, state, officeId);
    return office === null || office.closed ? [] : [{ officeId, names: office.names }];
  });
}

function personInWords(
  { directory, state, cards, nowMs, profile }: Reading,
  { personId, card, isActive, isFrozen }: ListedPerson,
): RegistryPerson {
  const statement = newestCertificate(directory, state, personId);
  const own = { personId, isActive, isFrozen, isSelf: personId === profile.personId };
  const standing = standingOf(directory, personId, nowMs);
  if (statement === null) {
    const none = { seen: null, office: null, roles: [], until: null, mayReturn: false };
    return { ...own, ...namedBy(cards.get(card)), ...none, standing };
  }
  const { body, id } = statement;
  return {
    ...own,
    ...namedBy(cards.get(body.card)),
    seen: id,
    office: officeAt(directory, state, body.officeId)?.names ?? null,
    roles: [...body.roles],
    until: body.notAfter,
    mayReturn: !isBurned(directory, body),
    standing,
  };
}

export function standingOf(directory: Directory, personId: string, nowMs: number): string {
  try {
    verifyPerson(directory, personId, { nowMs });
    return 'certified';
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    return String(error.facts['rule']);
  }
}

function invitationInWords(
  { directory, state, cards, ownKey, nowMs }: Reading,
  open: OpenInvitation,
): RegistryInvitation {
  const { invitation, card } = readOpenInvitation(open);
  const { invitationId, personId, officeId, roles, auditScope, expiresAt } = invitation;
  const hasSigned = (signers: readonly { readonly key: string }[]): boolean =>
    signers.some(({ key }) => key === ownKey);
  const certified =
    open.certificateWire === null ? [] : parseStatement(open.certificateWire).object.signatures;
  const canEnd = open.step === 'proposed' || open.step === 'approved';
  return {
    invitationId,
    personId,
    seen: hashOfSeen(open),
    step: canEnd && Date.parse(expiresAt) <= nowMs ? 'expired' : open.step,
    ...namedBy(card ?? cards.get(invitation.card)),
    office: officeAt(directory, state, officeId)?.names ?? null,
    roles: [...roles],
    auditScope,
    expiresAt,
    isOwn: hasSigned(parseSignedObject(open.wire).signatures),
    hasCertified: hasSigned(certified),
    certificates: certified.length,
  };
}
