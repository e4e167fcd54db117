import { parseBase64Url } from '@enlace/kernel';
import type { AuditScope, Role, StateCode } from '@enlace/contracts';

import { isOfType, slotOf, type Directory } from '../fold/directory.js';
import { deviceStands } from '../fold/standing.js';

/** A device as the directory log certified it at some moment. */
export interface RecordedDevice {
  readonly deviceId: string;
  readonly state: StateCode;
  readonly personId: string;
  readonly signKey: Uint8Array;
  /** Of the person's certificate of that moment. */
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
}

/** How far the clocks of a device and of whoever certified it may differ. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * The device behind an id at a moment of the past, or null when no certificate of device and person covered it. For
 * evidence, which holds one checkpoint of the directory and not the ones of that time: waiting times are not judged,
 * and a revocation counts only where `mustStand` says that the device must not have been given up since.
 */
export function recordedDevice(
  directory: Directory,
  deviceId: string,
  { atMs, mustStand = false }: { readonly atMs: number; readonly mustStand?: boolean },
): RecordedDevice | null {
  const state = directory.homes.get(`device|${deviceId}`);
  if (state === undefined || (mustStand && !deviceStands(directory, deviceId))) return null;
  const held = slotOf(directory, { type: 'device-cert', state, subject: deviceId })
    .accepted.filter((accepted) => isOfType(accepted, 'device-cert'))
    .map(({ statement }) => statement.body)
    .findLast((cert) => coversMoment(cert, atMs));
  if (held === undefined) return null;
  const person = slotOf(directory, { type: 'person-cert', state, subject: held.personId })
    .accepted.filter((accepted) => isOfType(accepted, 'person-cert'))
    .map(({ statement }) => statement.body)
    .findLast((cert) => coversMoment(cert, atMs));
  if (person === undefined) return null;
  return {
    deviceId,
    state,
    personId: held.personId,
    signKey: parseBase64Url(held.signKey),
    roles: person.roles,
    auditScope: person.auditScope,
  };
}

function coversMoment(
  { notBefore, notAfter }: { readonly notBefore: string; readonly notAfter: string },
  atMs: number,
): boolean {
  return (
    atMs >= Date.parse(notBefore) - CLOCK_TOLERANCE_MS &&
    atMs <= Date.parse(notAfter) + CLOCK_TOLERANCE_MS
  );
}
