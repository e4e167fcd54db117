import { equalBytes, isDomainError, type PersonId } from '@enlace/kernel';
import {
  publicKeyOf,
  sodium,
  verifyDevice,
  type Directory,
  type VerifiedDevice,
} from '@enlace/trust';

import type { ClaimKeys } from '../ceremony/claim.js';
import { DirectoryRefused } from './directory-alert.js';

/** From its acceptance on a statement is in a signed tree within this time, else it is being kept back. */
const OWN_STATEMENT_LIMIT_MS = 10 * 60_000;

/** Links that fail because something has not happened yet. */
const NOT_YET: ReadonlySet<unknown> = new Set([
  'not-witnessed',
  'not-in-effect',
  'person-not-yet-valid',
  'device-not-yet-valid',
  'root-not-in-force',
]);
const ABSENT: ReadonlySet<unknown> = new Set(['person-unknown', 'device-unknown']);

/** What a device knows of itself without any server. */
export interface OwnDevice {
  readonly keys: ClaimKeys;
  readonly personId: PersonId;
  /** When the device signed its first certificate. */
  readonly certifiedAtMs: number;
}

/** The own chain as the own directory shows it: sound, or what is still to come. */
export type OwnChain =
  | { readonly kind: 'sound'; readonly device: VerifiedDevice }
  | { readonly kind: 'waiting'; readonly rule: string };

/**
 * Whether everybody sees this device as it knows itself: its keys, its person, certified up to a trusted root. Throws
 * `directory.refused`: `UNCERTIFIED` when the directory gives the own ids to other keys, `WITHHELD` when the own
 * certificates do not appear; `chain.refused` when the chain fails for another reason, as after a revocation.
 */
export function verifyOwnChain(
  directory: Directory,
  { keys, personId, certifiedAtMs }: OwnDevice,
  nowMs: number,
): OwnChain {
  const { deviceId } = keys;
  try {
    const device = verifyDevice(directory, deviceId, { nowMs });
    const kem = sodium.crypto_kem_xwing_seed_keypair(keys.kemSeed);
    const isOwn =
      device.person.personId === personId &&
      equalBytes(device.signKey, publicKeyOf(keys.signSeed)) &&
      equalBytes(device.kemKey, kem.publicKey) &&
      equalBytes(device.person.identityKey, publicKeyOf(keys.identitySeed));
    if (!isOwn) throw new DirectoryRefused({ kind: 'UNCERTIFIED', facts: { deviceId } });
    return { kind: 'sound', device };
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    const { rule } = error.facts;
    if (ABSENT.has(rule) && nowMs - certifiedAtMs > OWN_STATEMENT_LIMIT_MS) {
      throw new DirectoryRefused({ kind: 'WITHHELD', facts: { deviceId } }, { cause: error });
    }
    if (!NOT_YET.has(rule) && !ABSENT.has(rule)) throw error;
    return { kind: 'waiting', rule: String(rule) };
  }
}
