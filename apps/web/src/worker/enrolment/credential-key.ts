import { authenticatorRef } from '@enlace/trust';

import { CallMalformed } from '../worker-errors.js';

/** Hash of the relying party, flags, counter (Web Authentication Level 3, section 6.1), and the id of the model. */
const BEFORE_ID_LENGTH = 32 + 1 + 4 + 16;
/** Flag AT: the data hold a credential. */
const HAS_CREDENTIAL = 0x40;

/**
 * How a certificate names the passkey in these authenticator data: over its id and its public key, exactly as the
 * authenticator wrote it (COSE), without the results of extensions that may follow.
 */
export function passkeyRef(authenticatorData: Uint8Array): string {
  const view = new DataView(
    authenticatorData.buffer,
    authenticatorData.byteOffset,
    authenticatorData.byteLength,
  );
  try {
    if ((view.getUint8(32) & HAS_CREDENTIAL) === 0) throw new RangeError('no credential');
    const idStart = BEFORE_ID_LENGTH + 2;
    const keyStart = idStart + view.getUint16(BEFORE_ID_LENGTH);
    const keyEnd = endOfItem(view, keyStart);
    return authenticatorRef(
      authenticatorData.slice(idStart, keyStart),
      authenticatorData.slice(keyStart, keyEnd),
    );
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CallMalformed('enrol.add-passkey');
  }
}

/** Where a CBOR item (RFC 8949) of numbers, texts, byte strings and maps ends. Throws `RangeError` for any other. */
function endOfItem(view: DataView, start: number): number {
  const first = view.getUint8(start);
  const [value, end] = argumentOf(view, start, first & 31);
  switch (first >> 5) {
    case 0:
    case 1:
      return end;
    case 2:
    case 3:
      if (end + value > view.byteLength) throw new RangeError('cut');
      return end + value;
    case 5: {
      let at = end;
      for (let items = 0; items < value * 2; items += 1) at = endOfItem(view, at);
      return at;
    }
    default:
      throw new RangeError('not in a key');
  }
}

function argumentOf(view: DataView, start: number, short: number): readonly [number, number] {
  if (short < 24) return [short, start + 1];
  if (short === 24) return [view.getUint8(start + 1), start + 2];
  if (short === 25) return [view.getUint16(start + 1), start + 3];
  throw new RangeError('longer than any key');
}
