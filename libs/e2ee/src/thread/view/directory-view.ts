import type { StateCode } from '@enlace/contracts';
import { equalBytes, type DeviceId, type PersonId } from '@enlace/kernel';

import type { CredentialCheck } from '../../mls/group-state.js';
import { EntryRefused, EntryWaits } from '../alerts.js';

/** A device whose chain to a State root holds, or held until it was revoked or its term ended. */
export interface KnownDevice {
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  readonly signKey: Uint8Array;
  readonly kemKey: Uint8Array;
  /** `issuedAt` of the revocation of the device or of its person, Unix milliseconds; `null` while it stands. */
  readonly revokedAtMs: number | null;
  /** End of the newest certificate: nothing that was accepted later is of this device. */
  readonly notAfterMs: number;
}

/**
 * What the replicated directory says, verified by its owner (`verifyDevice` of `libs/trust` and the revocations beside
 * it). Cheap: it is asked for every leaf and every author. Nothing of it comes from the server unchecked.
 */
export interface DirectoryView {
  /**
   * Whether the directory was brought up to date after the entry in hand arrived. Where it was not, an unknown device
   * makes the entry wait for it; where it was, the device is refused.
   */
  readonly isCurrent: boolean;
  /** `uncertified` for a device in the log whose chain does not hold. */
  findDevice(deviceId: DeviceId): KnownDevice | 'unknown' | 'uncertified';
  /** The device that signs with the key of this `keyId`; `unknown` for a key of no device. */
  findKey(key: string): KnownDevice | 'unknown' | 'uncertified';
  /** Devices of the person that stand now: the only ones that keys are given to. */
  devicesOf(personId: PersonId): readonly KnownDevice[];
  /**
   * The State of a person who may take part in threads, by what was certified then: what somebody is today does not
   * undo how he was invited. `null` for anybody else.
   */
  stateOf(personId: PersonId, atMs: number): StateCode | null;
  /** The State of a national auditor, by what was certified then; `null` for anybody else. */
  auditorOf(personId: PersonId, atMs: number): StateCode | null;
  /** `issuedAt` of the revocation of the person; `null` while the person stands. */
  revokedAtMs(personId: PersonId): number | null;
}

/** Whether the device was revoked by then: from the moment that its revocation names. */
export function isRevokedAt({ revokedAtMs }: Pick<KnownDevice, 'revokedAtMs'>, atMs: number) {
  return revokedAtMs !== null && revokedAtMs <= atMs;
}

/** The check of leaves as of a moment: the one at which an entry was accepted, or now. */
export function credentialCheckAt(directory: DirectoryView, atMs: number): CredentialCheck {
  return ({ deviceId, personId, signKey }) => {
    const device = directory.findDevice(deviceId);
    if (typeof device === 'string') return 'refused';
    const isCertified = device.personId === personId && equalBytes(device.signKey, signKey);
    if (!isCertified) return 'refused';
    return isRevokedAt(device, atMs) ? 'revoked' : 'certified';
  };
}

/** The device behind an id that an entry names. Throws the alert of check 3, or what the entry waits for. */
// Attacker-controlled: the id.
export function deviceBehind(directory: DirectoryView, deviceId: DeviceId): KnownDevice {
  const device = directory.findDevice(deviceId);
  if (typeof device !== 'string') return device;
  if (!directory.isCurrent) throw new EntryWaits({ kind: 'directory' });
  throw new EntryRefused(device === 'unknown' ? 'UNKNOWN_DEVICE' : 'UNCERTIFIED', device);
}
