import { TAKING_PART, THREAD_LIMITS, type State, type ThreadFacts } from '@enlace/contracts';
import { isDomainError, type DeviceId, type PersonId } from '@enlace/kernel';
import {
  deviceStands,
  keyId,
  verifyDevice,
  verifyPerson,
  type Directory,
  type VerifiedDevice,
  type VerifiedPerson,
} from '@enlace/trust';

import { Refusal } from '../../platform/problem/refusal.js';
import type { LockedThread } from './locked-thread.js';

const DAY_MS = 86_400_000;

/** What log and directory say of the people and devices of a thread at a moment. */
export function factsOf(
  { leaves, left }: Pick<LockedThread, 'leaves' | 'left'>,
  { directory, nowMs }: { readonly directory: Directory; readonly nowMs: number },
): ThreadFacts {
  const devices: ReadonlyMap<string, number> = new Map(
    leaves.map(({ deviceId, updatedMs }) => [deviceId, updatedMs]),
  );
  return {
    stateOf: (personId) => stateOf(findPerson(directory, personId, nowMs)),
    leavesOf: (personId) =>
      leaves.flatMap((leaf) => (leaf.personId === personId ? [leaf.deviceId] : [])),
    hasLeft: (personId) => left.includes(personId),
    isRevoked: (id) =>
      directory.homes.get(`person|${id}`) === undefined
        ? !deviceStands(directory, id)
        : isPersonRevoked(directory, id, nowMs),
    isStale: (deviceId) =>
      nowMs - (devices.get(deviceId) ?? nowMs) > THREAD_LIMITS.staleLeafDays * DAY_MS,
  };
}

/** Devices that have a leaf and must not have one: nothing is sealed before a commit has removed them. */
export function devicesToRemove(
  { leaves }: Pick<LockedThread, 'leaves'>,
  facts: ThreadFacts,
): readonly DeviceId[] {
  const isGone = (personId: PersonId) => facts.hasLeft(personId) || facts.isRevoked(personId);
  const persons = new Set(leaves.map(({ personId }) => personId).filter(isGone));
  return leaves
    .filter(({ deviceId, personId }) => persons.has(personId) || facts.isRevoked(deviceId))
    .map(({ deviceId }) => deviceId);
}

/** The device of the session with its certified key. Throws `device.refused`. */
export function certified(directory: Directory, deviceId: DeviceId, nowMs: number): VerifiedDevice {
  try {
    return verifyDevice(directory, deviceId, { nowMs });
  } catch (cause) {
    if (!isDomainError(cause, 'chain.refused')) throw cause;
    throw new Refusal('device.refused', { cause });
  }
}

/** What the record calls a device by: its key. `null` for one that is not certified. */
export function fingerprintOf(
  directory: Directory,
  deviceId: DeviceId,
  nowMs: number,
): string | null {
  try {
    return keyId(verifyDevice(directory, deviceId, { nowMs }).signKey);
  } catch (error) {
    if (isDomainError(error, 'chain.refused')) return null;
    throw error;
  }
}

/** The State in whose name events speak of somebody, also when the certificate does not stand any more. */
export function homeOf(directory: Directory, personId: PersonId): string {
  return directory.homes.get(`person|${personId}`) ?? 'unknown';
}

/** Devices of the persons that stand, sorted. */
export function devicesOf(directory: Directory, persons: readonly PersonId[]): readonly string[] {
  return persons
    .flatMap((personId) => directory.devices.get(personId) ?? [])
    .filter((deviceId) => deviceStands(directory, deviceId))
    .toSorted();
}

function stateOf(person: VerifiedPerson | null): State | null {
  if (person === null || person.state === 'XR') return null;
  return person.roles.some((role) => TAKING_PART.has(role)) ? person.state : null;
}

function findPerson(directory: Directory, personId: string, nowMs: number): VerifiedPerson | null {
  try {
    return verifyPerson(directory, personId, { nowMs });
  } catch (error) {
    if (isDomainError(error, 'chain.refused')) return null;
    throw error;
  }
}

function isPersonRevoked(directory: Directory, personId: string, nowMs: number): boolean {
  try {
    verifyPerson(directory, personId, { nowMs });
    return false;
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    return error.facts['rule'] === 'person-revoked';
  }
}
