import { BEACON_LABEL, type decodeBeacon } from '@enlace/contracts';
import { concatBytes } from '@enlace/kernel';

import { label, sodium } from '../sodium.js';

/** Whether the device with this public key signed the beacon. */
export function isBeaconSignedBy(
  { signed, signature }: Pick<ReturnType<typeof decodeBeacon>, 'signed' | 'signature'>,
  publicKey: Uint8Array,
): boolean {
  const message = concatBytes(label(BEACON_LABEL), signed);
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}
