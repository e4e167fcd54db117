import { BEACON_LABEL, beaconSignedBytes, type Beacon } from '@enlace/contracts';
import { concatBytes, toBase64Url, utf8 } from '@enlace/kernel';
import { sodium } from '@enlace/trust';

import type { ThreadHand } from './thread-hand.js';

/** A beacon of a hand about what it has seen, with what is said otherwise. */
export function aBeacon(
  hand: ThreadHand,
  said: Partial<Beacon> & { readonly counter: number },
): string {
  const signed = beaconSignedBytes({
    threadId: hand.threadId,
    deviceId: hand.deviceId,
    seq: hand.seen.seq,
    chain: hand.seen.chain,
    clientTimeMs: hand.api.clock.nowMs(),
    ...said,
  });
  const message = concatBytes(utf8(`${BEACON_LABEL}\0`), signed);
  const signature = sodium.crypto_sign_detached(message, hand.secretKey);
  return toBase64Url(concatBytes(signed, signature));
}
