import { TAKING_PART, type State } from '@enlace/contracts';
import type { DirectoryView, KnownDevice } from '@enlace/e2ee';
import { isDomainError, type DeviceId, type PersonId } from '@enlace/kernel';
import {
  currentOf,
  verifyDevice,
  verifyPerson,
  type Accepted,
  type BodyOf,
  type Directory,
  type VerifiedPerson,
} from '@enlace/trust';

type Revocation = Accepted<BodyOf<'revocation'>>;

/** No serial is revoked. */
const STANDING = { through: 0, suspectFrom: null, suspectThrough: 0 } as const;

/** When the directory is asked, and whether it was brought up to date for what it is asked about. */
interface Asked {
  readonly nowMs: number;
  readonly isCurrent: boolean;
}

/**
 * The own directory as threads ask it: who a device is, also after its end, because what somebody wrote before stays
 * true. Certificates are judged as they stood; beside them stands the moment from which nothing of them counts.
 */
export class DirectoryOfThreads implements DirectoryView {
  readonly #directory: Directory;
  readonly #asked: Asked;
  readonly #devices = new Map<DeviceId, ReturnType<DirectoryView['findDevice']>>();
  readonly #persons = new Map<PersonId, VerifiedPerson | null>();
  /** By `kind|subject`, in the order of the log. */
  readonly #revocations: ReadonlyMap<string, readonly Revocation[]>;

  constructor(directory: Directory, asked: Asked) {
    this.#directory = directory;
    this.#asked = asked;
    this.#revocations = revocationsIn(directory);
  }

  get isCurrent(): boolean {
    return this.#asked.isCurrent;
  }

  findDevice(deviceId: DeviceId): KnownDevice | 'unknown' | 'uncertified' {
    const known = this.#devices.get(deviceId) ?? this.#lookUp(deviceId);
    this.#devices.set(deviceId, known);
    return known;
  }

  devicesOf(personId: PersonId): readonly KnownDevice[] {
    const { nowMs } = this.#asked;
    const ids = this.#directory.devices.get(personId) ?? [];
    return ids.flatMap((id) => {
      try {
        const { deviceId } = verifyDevice(this.#directory, id, { nowMs });
        const device = this.findDevice(deviceId);
        return typeof device === 'string' ? [] : [device];
      } catch (error) {
        if (isDomainError(error, 'chain.refused')) return [];
        throw error;
      }
    });
  }

  stateOf(personId: PersonId): State | null {
    const person = this.#person(personId);
    if (person === null || person.state === 'XR') return null;
    return person.roles.some((role) => TAKING_PART.has(role)) ? person.state : null;
  }

  // A person who was reinstated stands again: only what came after the newest certificate counts.
  revokedAtMs(personId: PersonId): number | null {
    const state = this.#directory.homes.get(`person|${personId}`);
    if (state === undefined) return null;
    const cert = currentOf(this.#directory, { type: 'person-cert', state, subject: personId });
    return this.#since(`person|${personId}`, cert?.index ?? -1);
  }

  #lookUp(deviceId: DeviceId): KnownDevice | 'unknown' | 'uncertified' {
    const directory = this.#directory;
    const state = directory.homes.get(`device|${deviceId}`);
    if (state === undefined) return 'unknown';
    const cert = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
    if (cert === null) return 'uncertified';
    const { body } = cert.statement;
    const standing = unrevoked(directory, [`device|${deviceId}`, `person|${body.personId}`]);
    const notAfterMs = Date.parse(body.notAfter);
    // Of one whose term is over it is asked what it was: entries of its time are read after it.
    const nowMs = Math.min(this.#asked.nowMs, notAfterMs - 1);
    try {
      const { person, signKey, kemKey } = verifyDevice(standing, deviceId, { nowMs });
      const { personId } = person;
      const ends = [this.#since(`device|${deviceId}`, -1), this.revokedAtMs(personId)];
      const known = ends.filter((end) => end !== null);
      const revokedAtMs = known.length === 0 ? null : Math.min(...known);
      return { deviceId, personId, signKey, kemKey, revokedAtMs, notAfterMs };
    } catch (error) {
      if (isDomainError(error, 'chain.refused')) return 'uncertified';
      throw error;
    }
  }

  #person(personId: PersonId): VerifiedPerson | null {
    const known = this.#persons.get(personId);
    if (known !== undefined) return known;
    const found = findPerson(this.#directory, personId, this.#asked.nowMs);
    this.#persons.set(personId, found);
    return found;
  }

  #since(subject: string, afterIndex: number): number | null {
    const counting = (this.#revocations.get(subject) ?? []).filter(
      ({ index }) => index > afterIndex,
    );
    const moments = counting.map(({ statement }) => Date.parse(statement.body.issuedAt));
    return moments.length === 0 ? null : Math.min(...moments);
  }
}

function findPerson(directory: Directory, personId: PersonId, nowMs: number) {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) return null;
  const cert = currentOf(directory, { type: 'person-cert', state, subject: personId });
  const endMs = cert === null ? nowMs : Date.parse(cert.statement.body.notAfter) - 1;
  try {
    const standing = unrevoked(directory, [`person|${personId}`]);
    return verifyPerson(standing, personId, { nowMs: Math.min(nowMs, endMs) });
  } catch (error) {
    if (isDomainError(error, 'chain.refused')) return null;
    throw error;
  }
}

/** The same directory before these subjects were revoked; what took down their registrars still does. */
function unrevoked(directory: Directory, subjects: readonly string[]): Directory {
  const revocations = subjects.reduce(
    (table, subject) => table.with(subject, STANDING),
    directory.revocations,
  );
  return { ...directory, revocations };
}

function revocationsIn(directory: Directory): ReadonlyMap<string, readonly Revocation[]> {
  const found = new Map<string, Revocation[]>();
  const revocations = directory.statements.values().filter(isRevocation);
  for (const revocation of revocations.toSorted((a, b) => a.index - b.index)) {
    const target = directory.statements.get(revocation.statement.body.target);
    const body = target?.statement.body;
    const subject =
      body?.type === 'device-cert'
        ? `device|${body.deviceId}`
        : body?.type === 'person-cert'
          ? `person|${body.personId}`
          : null;
    if (subject === null) continue;
    found.set(subject, [...(found.get(subject) ?? []), revocation]);
  }
  return found;
}

function isRevocation(accepted: Accepted): accepted is Revocation {
  return accepted.statement.type === 'revocation';
}
