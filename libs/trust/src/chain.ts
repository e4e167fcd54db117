import {
  parseBase64Url,
  parseId,
  toBase64Url,
  type Branded,
  type DeviceId,
  type OfficeId,
  type PersonId,
} from '@enlace/kernel';
import type { AuditScope, Role, StateCode } from '@enlace/contracts';

import type { StatementId } from './fingerprint.js';
import { policyOf } from './fold/authority-rules.js';
import {
  currentOf,
  isOfType,
  slotOf,
  type Accepted,
  type Directory,
  type QuorumCheckpoint,
} from './fold/directory.js';
import { isTrustedHere } from './fold/root-rules.js';
import { isWithin } from './fold/signers.js';
import { deviceStands, personStands } from './fold/standing.js';
import { SENSITIVE_ROLES } from './roles.js';
import type { DeviceCert, PersonCert } from './statements/statement.js';
import { ChainRefused } from './trust-error.js';

const HOUR_MS = 3_600_000;
/** How far a client's clock may be behind the witnesses before it is called wrong. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** When a chain is judged, by the client's own clock. */
export interface Moment {
  readonly nowMs: number;
}

interface PersonFacts {
  readonly state: StateCode;
  readonly personId: PersonId;
  readonly officeId: OfficeId;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
  readonly identityKey: Uint8Array;
  readonly personCert: StatementId;
  readonly registrars: readonly string[];
  /** How peers read the newest identity key beside the one before. */
  readonly identityChange: 'none' | 'confirmed-by-previous-key' | 'by-national-authority';
}

/** A person whose chain to a trusted State root was checked at a moment. Only `verifyPerson` makes one. */
export type VerifiedPerson = Branded<PersonFacts & object, 'VerifiedPerson'>;

interface DeviceFacts {
  readonly deviceId: DeviceId;
  readonly person: VerifiedPerson;
  readonly signKey: Uint8Array;
  readonly kemKey: Uint8Array;
  readonly platform: DeviceCert['platform'];
  readonly authenticators: readonly string[];
  readonly deviceCert: StatementId;
  readonly notAfterMs: number;
}

/** A device whose chain to a trusted State root was checked at a moment. Only `verifyDevice` makes one. */
export type VerifiedDevice = Branded<DeviceFacts & object, 'VerifiedDevice'>;

/**
 * Takes note of a checkpoint that the witness quorum cosigned; the caller has verified it and that the directory agrees
 * with its tree. Certificates count from here on; waiting times run from the first such checkpoint that holds them. One
 * of a size that is known moves the clock alone.
 */
export function withQuorumCheckpoint(
  directory: Directory,
  checkpoint: QuorumCheckpoint,
): Directory {
  const covers = (a: QuorumCheckpoint, b: QuorumCheckpoint) =>
    a.size >= b.size && a.witnessTimeMs <= b.witnessTimeMs;
  const witnessedMs = Math.max(directory.witnessedMs ?? 0, checkpoint.witnessTimeMs);
  const after = witnessedMs === directory.witnessedMs ? directory : { ...directory, witnessedMs };
  if (directory.quorum.some((known) => covers(known, checkpoint))) return after;
  const rest = directory.quorum.filter((known) => !covers(checkpoint, known));
  return { ...after, quorum: [...rest, checkpoint].toSorted((a, b) => a.size - b.size) };
}

/** The witness time of the first known quorum checkpoint that holds the index, or null. */
export function publicSince(directory: Directory, index: number): number | null {
  const holding = directory.quorum.filter(({ size }) => size > index);
  return holding.length === 0 ? null : Math.min(...holding.map((held) => held.witnessTimeMs));
}

/** The person behind the id, with its chain: person, two registrars, root, all of one State. Throws `chain.refused`. */
export function verifyPerson(directory: Directory, personId: string, at: Moment): VerifiedPerson {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) throw new ChainRefused('person-unknown');
  holdUnless(isTrustedHere(directory, state), 'state-not-trusted');
  const cert = currentOf(directory, { type: 'person-cert', state, subject: personId });
  if (cert === null) throw new ChainRefused('person-forked');
  assertPublic(directory, cert, at);
  assertWithin(cert.statement.body, 'person', at);
  holdUnless(personStands(directory, cert), 'person-revoked');
  const registrars = cert.signers.filter(({ kind }) => kind === 'registrar');
  for (const { generation } of registrars) assertRootInForce(directory, state, { generation, at });
  assertInEffect(directory, cert, at);
  const { body, id } = cert.statement;
  const facts: PersonFacts = {
    state,
    personId: parseId(personId),
    officeId: parseId(body.officeId),
    roles: body.roles,
    auditScope: body.auditScope,
    identityKey: parseBase64Url(body.identityKey),
    personCert: id,
    registrars: registrars.map((registrar) => registrar.id),
    identityChange: identityChange(directory, cert),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, after every check
  return facts as VerifiedPerson;
}

/** The device behind the id, with its whole chain. Throws `chain.refused`; `facts.rule` says which link fails. */
export function verifyDevice(directory: Directory, deviceId: string, at: Moment): VerifiedDevice {
  const state = directory.homes.get(`device|${deviceId}`);
  if (state === undefined) throw new ChainRefused('device-unknown');
  const cert = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
  if (cert === null) throw new ChainRefused('device-forked');
  const { body, id } = cert.statement;
  holdUnless(deviceStands(directory, deviceId), 'device-revoked');
  assertPublic(directory, cert, at);
  assertWithin(body, 'device', at);
  const person = verifyPerson(directory, body.personId, at);
  holdUnless(person.state === state, 'other-state');
  // A device is certified by the identity key in force; a rotated key certifies its devices anew.
  const identityKey = toBase64Url(person.identityKey);
  holdUnless(
    cert.signers.some(({ key, kind }) => kind === 'identity' && key === identityKey),
    'identity-changed',
  );
  const facts: DeviceFacts = {
    deviceId: parseId(deviceId),
    person,
    signKey: parseBase64Url(body.signKey),
    kemKey: parseBase64Url(body.kemKey),
    platform: body.platform,
    authenticators: body.authenticators,
    deviceCert: id,
    notAfterMs: Date.parse(body.notAfter),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, after every check
  return facts as VerifiedDevice;
}

function holdUnless(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new ChainRefused(rule);
}

// Grants need proof: only what a quorum of witnesses has seen counts.
function assertPublic(directory: Directory, { index }: Accepted<unknown>, { nowMs }: Moment): void {
  const sinceMs = publicSince(directory, index);
  holdUnless(sinceMs !== null && sinceMs <= nowMs + CLOCK_TOLERANCE_MS, 'not-witnessed');
}

function assertWithin(
  term: { readonly notBefore: string; readonly notAfter: string },
  link: 'person' | 'device',
  { nowMs }: Moment,
): void {
  holdUnless(nowMs >= Date.parse(term.notBefore), `${link}-not-yet-valid`);
  holdUnless(isWithin(term, nowMs), `${link}-expired`);
}

// A rotated root works only after its wait, counted from the moment everybody could see the rotation.
function assertRootInForce(
  directory: Directory,
  state: StateCode,
  { generation, at }: { readonly generation: number; readonly at: Moment },
): void {
  const generations = directory.authorities.get(state)?.generations ?? [];
  for (const { index, waitHours, isCancelled } of generations.slice(1, generation + 1)) {
    const sinceMs = publicSince(directory, index);
    const isOver = sinceMs !== null && sinceMs + waitHours * HOUR_MS <= at.nowMs;
    holdUnless(isCancelled || isOver, 'root-not-in-force');
  }
}

// Sensitive roles, and identity keys that nobody but the authority vouches for, wait: what was bribed is seen first.
function assertInEffect(directory: Directory, cert: Accepted<PersonCert>, { nowMs }: Moment): void {
  const waiting = waitingFrom(directory, cert);
  if (waiting === null) return;
  const delayMs = policyOf(directory, cert.statement.body.state).sensitiveRoleDelayHours * HOUR_MS;
  const sinceMs = publicSince(directory, waiting);
  holdUnless(sinceMs !== null && sinceMs + delayMs <= nowMs, 'not-in-effect');
}

function waitingFrom(directory: Directory, cert: Accepted<PersonCert>): number | null {
  const isSensitive = cert.statement.body.roles.some((role) => SENSITIVE_ROLES.has(role));
  let at = cert;
  for (;;) {
    const before = certBefore(directory, at);
    if (before === null) return isSensitive ? at.index : null;
    if (identityChange(directory, at) === 'by-national-authority') return at.index;
    if (isSensitive && !hasSameRoles(at, before)) return at.index;
    at = before;
  }
}

function hasSameRoles(a: Accepted<PersonCert>, b: Accepted<PersonCert>): boolean {
  const roleText = ({ statement: { body } }: Accepted<PersonCert>) =>
    [...body.roles.toSorted(), body.auditScope].join();
  return roleText(a) === roleText(b);
}

function identityChange(
  directory: Directory,
  cert: Accepted<PersonCert>,
): PersonFacts['identityChange'] {
  const before = certBefore(directory, cert);
  if (!before || before.statement.body.identityKey === cert.statement.body.identityKey)
    return 'none';
  const isConfirmed = cert.signers.some(({ kind }) => kind === 'identity');
  return isConfirmed ? 'confirmed-by-previous-key' : 'by-national-authority';
}

function certBefore(
  directory: Directory,
  { statement: { body } }: Accepted<PersonCert>,
): Accepted<PersonCert> | null {
  const slot = slotOf(directory, { type: body.type, state: body.state, subject: body.personId });
  const before = slot.accepted[body.serial - 2];
  return before && isOfType(before, 'person-cert') ? before : null;
}
