import type { State } from '@enlace/contracts';
import type { DirectoryView, KnownDevice } from '@enlace/e2ee';
import { isDomainError, type DeviceId, type PersonId } from '@enlace/kernel';
import {
  currentOf,
  deviceOfKey,
  verifyDevice,
  type Accepted,
  type BodyOf,
  type Directory,
} from '@enlace/trust';

import {
  certifiedAs,
  isNationalAuditor,
  stateAt,
  takesPart,
  underItsKey,
  unrevoked,
  withinTerm,
  type CertifiedThen,
} from './certified-then.js';

type Revocation = Accepted<BodyOf<'revocation'>>;

/** What ends a device: where it stands in the log, and the moment that it names. */
interface End {
  readonly index: number;
  readonly atMs: number;
}

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
  readonly #ends = new Map<DeviceId, readonly End[]>();
  readonly #persons = new Map<PersonId, readonly CertifiedThen[]>();
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

  findKey(key: string): KnownDevice | 'unknown' | 'uncertified' {
    const deviceId = deviceOfKey(this.#directory, key);
    return deviceId === null ? 'unknown' : this.findDevice(deviceId);
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

  stateOf(personId: PersonId, atMs: number): State | null {
    const { nowMs } = this.#asked;
    const known =
      this.#persons.get(personId) ??
      certifiedAs(this.#directory, personId, { nowMs, counts: takesPart });
    this.#persons.set(personId, known);
    return stateAt(known, atMs);
  }

  auditorOf(personId: PersonId, atMs: number): State | null {
    const { nowMs } = this.#asked;
    const auditing = certifiedAs(this.#directory, personId, { nowMs, counts: isNationalAuditor });
    return stateAt(auditing, atMs);
  }

  revokedAtMs(personId: PersonId): number | null {
    return earliest(this.#endsOfPerson(personId));
  }

  /** The size of the log that this is made from. */
  get size(): number {
    return this.#directory.size;
  }

  /** Whether the first so many statements of the log end a device. */
  isEndedWithin(deviceId: DeviceId, size: number): boolean {
    this.findDevice(deviceId);
    return (this.#ends.get(deviceId) ?? []).some(({ index }) => index < size);
  }

  #lookUp(deviceId: DeviceId): KnownDevice | 'unknown' | 'uncertified' {
    const directory = this.#directory;
    const state = directory.homes.get(`device|${deviceId}`);
    if (state === undefined) return 'unknown';
    const cert = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
    if (cert === null) return 'uncertified';
    const { body } = cert.statement;
    const subjects = [`device|${deviceId}`, `person|${body.personId}`];
    const { nowMs } = this.#asked;
    const { asThen, notAfterMs, end } = underItsKey(unrevoked(directory, subjects), cert, nowMs);
    // Of one whose term is over it is asked what it was: entries of its time are read after it.
    const asked = withinTerm(asThen, nowMs, notAfterMs);
    try {
      const { person, signKey, kemKey } = verifyDevice(asked.directory, deviceId, asked.at);
      const { personId } = person;
      const ends = [
        ...this.#endsSince(`device|${deviceId}`, -1),
        ...this.#endsOfPerson(personId),
        ...(end === null ? [] : [endBy(end)]),
      ];
      this.#ends.set(deviceId, ends);
      return { deviceId, personId, signKey, kemKey, revokedAtMs: earliest(ends), notAfterMs };
    } catch (error) {
      if (isDomainError(error, 'chain.refused')) return 'uncertified';
      throw error;
    }
  }

  // A person who was reinstated stands again: only what came after the newest certificate counts.
  #endsOfPerson(personId: PersonId): readonly End[] {
    const state = this.#directory.homes.get(`person|${personId}`);
    if (state === undefined) return [];
    const cert = currentOf(this.#directory, { type: 'person-cert', state, subject: personId });
    return this.#endsSince(`person|${personId}`, cert?.index ?? -1);
  }

  #endsSince(subject: string, afterIndex: number): readonly End[] {
    const revocations = this.#revocations.get(subject) ?? [];
    return revocations.filter(({ index }) => index > afterIndex).map(endBy);
  }
}

function endBy({ index, statement }: Accepted): End {
  return { index, atMs: Date.parse(statement.body.issuedAt) };
}

function earliest(ends: readonly End[]): number | null {
  return ends.length === 0 ? null : Math.min(...ends.map(({ atMs }) => atMs));
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
