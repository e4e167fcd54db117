import { isAllowedMixture } from '@enlace/contracts';

import { mayCertify } from '../roles.js';
import type { DeviceCert, PersonCert, Revocation, StatementType } from '../statements/statement.js';
import { officeAt, policyOf } from './authority-rules.js';
import {
  currentOf,
  isOfType,
  slotOf,
  type Accepted,
  type Directory,
  type SignerKey,
} from './directory.js';
import {
  assertTerm,
  burnKey,
  isBurned,
  refuseUnless,
  signedByRoot,
  signedByTwoRegistrars,
  withHome,
  withKey,
  type Candidate,
  type Rule,
} from './rule.js';
import { identityOf, identitySigner, issuedMs, registrarKeys, verifySigners } from './signers.js';
import { deviceStands, registrarStands, revocationOf, type RevocableKind } from './standing.js';

const PERSON_TERM_DAYS = 366;
const DEVICE_TERM_DAYS = 90;

export const personCertRule: Rule<PersonCert> = (candidate) => {
  const { directory, statement, before } = candidate;
  const { body } = statement;
  assertTerm(body, PERSON_TERM_DAYS);
  refuseUnless(isAllowedMixture(body.roles), 'role-mixture');
  refuseUnless(mayCertify(body.state, body.roles, body.auditScope), 'role-authority');
  refuseUnless(!isRegistrar(directory, body) || body.roles.includes('registrar'), 'role-mixture');
  refuseUnless(officeAt(directory, body.state, body.officeId) !== null, 'office');
  refuseUnless(body.previous === (before?.statement.id ?? null), 'previous');
  const signers = signedByTwoRegistrars(candidate, previousKey(directory, body, before));
  const homed = withHome(directory, `person|${body.personId}`, body.state);
  return { signers, directory: withKey(homed, `identity|${body.personId}`, body.identityKey) };
};

// Whoever certifies others as a registrar is nothing else, whatever a certificate of his own says.
function isRegistrar(directory: Directory, { state, personId }: PersonCert): boolean {
  const cert = currentOf(directory, { type: 'registrar-cert', state, subject: personId });
  return cert !== null && registrarStands(directory, cert);
}

// The old key may confirm its successor, unless it is the reason for the change.
function previousKey(
  directory: Directory,
  body: PersonCert,
  before: Accepted<PersonCert> | null,
): readonly SignerKey[] {
  const old = before?.statement.body;
  if (old === undefined || old.identityKey === body.identityKey) return [];
  return isBurned(directory, old.identityKey) ? [] : [identitySigner(old)];
}

export const deviceCertRule: Rule<DeviceCert> = (candidate) => {
  const { directory, statement, before } = candidate;
  const { body } = statement;
  assertTerm(body, DEVICE_TERM_DAYS);
  const atMs = issuedMs(body);
  const person = identityOf(directory, { ...body, atMs });
  refuseUnless(person !== null, 'person');
  refuseUnless(deviceStands(directory, body.deviceId), 'device-revoked');
  const policy = policyOf(directory, body.state);
  if (body.platform === 'cli') {
    refuseUnless(policy.allowCliDevices && body.authenticators.length === 0, 'device-platform');
  }
  const registrars = before === null ? registrarKeys(directory, body.state, atMs) : [];
  const signers = verifySigners(statement, [person.signer, ...registrars]);
  refuseUnless(signers.some(({ kind }) => kind === 'identity') && signers.length <= 2, 'signer');
  if (before === null) {
    refuseUnless(!policy.newDeviceNeedsRegistrar || signers.length === 2, 'device-registrar');
    refuseUnless(liveDevices(directory, body) < policy.maxDevices, 'device-count');
  } else {
    assertSameDevice(body, before.statement.body);
  }
  const homed = withHome(directory, `device|${body.deviceId}`, body.state);
  const keyed = withKey(homed, `device|${body.deviceId}`, body.signKey);
  return { signers, directory: withDevice(keyed, body) };
};

function assertSameDevice(body: DeviceCert, before: DeviceCert): void {
  const isSame =
    body.personId === before.personId &&
    body.signKey === before.signKey &&
    body.kemKey === before.kemKey &&
    body.platform === before.platform;
  refuseUnless(isSame, 'device-keys');
}

function liveDevices(directory: Directory, { state, personId, issuedAt }: DeviceCert): number {
  const ids = directory.devices.get(personId) ?? [];
  return ids.filter((deviceId) => {
    const cert = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
    return (
      deviceStands(directory, deviceId) && cert !== null && cert.statement.body.notAfter > issuedAt
    );
  }).length;
}

function withDevice(directory: Directory, { personId, deviceId }: DeviceCert): Directory {
  const known = directory.devices.get(personId) ?? [];
  if (known.includes(deviceId)) return directory;
  return { ...directory, devices: directory.devices.with(personId, [...known, deviceId]) };
}

const TARGET_TYPES = {
  device: 'device-cert',
  person: 'person-cert',
  registrar: 'registrar-cert',
  office: 'office',
} as const satisfies Readonly<Record<RevocableKind, StatementType>>;

/**
 * A revocation takes effect on every serial of its subject that is known by then, not only on the one it names: a
 * registrar from whom a renewal was hidden still revokes it.
 */
export const revocationRule: Rule<Revocation> = (candidate) => {
  const { directory, statement, index } = candidate;
  const { body } = statement;
  const target = directory.statements.get(body.target);
  refuseUnless(target !== undefined && target.statement.body.state === body.state, 'target');
  refuseUnless(target.statement.type === TARGET_TYPES[body.targetKind], 'target-kind');
  const isCompromise = body.targetKind === 'registrar' && body.reason === 'compromised';
  refuseUnless(
    isCompromise || body.targetKind === 'registrar' || body.sinceIndex === null,
    'since',
  );
  refuseUnless(!isCompromise || body.sinceIndex !== null, 'since');
  refuseUnless(body.sinceIndex === null || body.sinceIndex <= index, 'since');
  const signers = signedForRevocation(candidate, target);
  return { signers, directory: markRevoked(directory, body, target) };
};

function signedForRevocation(
  candidate: Candidate<Revocation>,
  target: Accepted,
): readonly SignerKey[] {
  const { directory, statement } = candidate;
  const { state, targetKind } = statement.body;
  const registrars = registrarKeys(directory, state, issuedMs(statement.body));
  switch (targetKind) {
    case 'registrar':
      return signedByRoot(candidate);
    case 'office':
      return signedByTwoRegistrars(candidate);
    case 'person':
      return verifySigners(statement, registrars);
    case 'device':
      return verifySigners(statement, [...registrars, ...ownerOf(directory, target)]);
  }
}

// The identity key may give up a device at any time, also when its own certificate is over or revoked.
function ownerOf(directory: Directory, target: Accepted): readonly SignerKey[] {
  if (!isOfType(target, 'device-cert')) return [];
  const { state, personId } = target.statement.body;
  const cert = currentOf(directory, { type: 'person-cert', state, subject: personId });
  return cert ? [identitySigner(cert.statement.body)] : [];
}

function markRevoked(directory: Directory, body: Revocation, target: Accepted): Directory {
  const { targetKind, reason, sinceIndex } = body;
  const subject = subjectIn(target);
  const mark = revocationOf(directory, targetKind, subject);
  const slot = slotOf(directory, { type: TARGET_TYPES[targetKind], state: body.state, subject });
  const suspectFrom = Math.min(mark.suspectFrom ?? Infinity, sinceIndex ?? Infinity);
  const revocations = directory.revocations.with(`${targetKind}|${subject}`, {
    through: slot.accepted.length,
    suspectFrom: Number.isFinite(suspectFrom) ? suspectFrom : null,
    suspectThrough: sinceIndex === null ? mark.suspectThrough : slot.accepted.length,
  });
  const marked = { ...directory, revocations };
  const keys = reason === 'lost' || reason === 'compromised' ? keysIn(target) : [];
  return keys.reduce(burnKey, marked);
}

function subjectIn({ statement: { body } }: Accepted): string {
  if (body.type === 'device-cert') return body.deviceId;
  if (body.type === 'person-cert') return body.personId;
  if (body.type === 'registrar-cert') return body.registrarId;
  return body.type === 'office' ? body.officeId : '';
}

function keysIn({ statement: { body } }: Accepted): readonly string[] {
  if (body.type === 'person-cert') return [body.identityKey];
  return body.type === 'registrar-cert' ? [body.key] : [];
}
