import { concatBytes, equalBytes, idBytes, parseId } from '@enlace/kernel';

import { labelledHash } from '../sodium.js';
import { formatPart, InvitationMalformed, readPart, uuidText } from './invitation.js';

const SCHEME = 'enlace-device';
const ID_BYTES = 16;
const HASH_BYTES = 32;
const DIGITS = 6;

/** What a new device shows, and what is typed or pasted on one of the person that is certified already. */
export interface DeviceRequestText {
  readonly deviceId: string;
  /** Of both keys of the new device: what the server hands out instead does not match it. */
  readonly keysHash: Uint8Array;
  readonly linkId: string;
}

/** `enlace-device:1:<device>:<keys>:<link>`, in groups of four with check characters. */
export function formatDeviceRequest({ deviceId, keysHash, linkId }: DeviceRequestText): string {
  const parts = [idBytes(parseId(deviceId)), keysHash, idBytes(parseId(linkId))];
  return [SCHEME, '1', ...parts.map(formatPart)].join(':');
}

/** Reads what a person typed; case, spaces and dashes do not matter. Throws `invitation.malformed`. */
export function readDeviceRequest(typed: string): DeviceRequestText {
  const [scheme, version, ...parts] = typed.replaceAll(/\s/g, '').split(':');
  if (scheme?.toLowerCase() !== SCHEME || version !== '1' || parts.length !== 3) {
    throw new InvitationMalformed(`not ${SCHEME} of version 1`);
  }
  const [device, keysHash, link] = [ID_BYTES, HASH_BYTES, ID_BYTES].map((length, part) =>
    readPart(parts[part] ?? '', part, length),
  );
  const none = new Uint8Array();
  return {
    deviceId: uuidText(device ?? none),
    keysHash: keysHash ?? none,
    linkId: uuidText(link ?? none),
  };
}

/** The keys that a certificate will be for, as the request text names them. */
export function deviceKeysHash(signKey: Uint8Array, kemKey: Uint8Array): Uint8Array {
  return labelledHash('enlace/device-keys/v1', signKey, kemKey);
}

/** What a side says of its number before it tells it: nobody chooses his own after having seen the other one. */
export function deviceCommitment(linkId: string, nonce: Uint8Array): Uint8Array {
  return labelledHash('enlace/device-commitment/v1', idBytes(parseId(linkId)), nonce);
}

export function isCommittedNonce(
  linkId: string,
  nonce: Uint8Array,
  commitment: Uint8Array,
): boolean {
  return equalBytes(deviceCommitment(linkId, nonce), commitment);
}

/** Everything that both devices have said to each other: whoever stands between them makes two of these. */
export function deviceTranscript(said: {
  readonly offer: Uint8Array;
  readonly acceptance: Uint8Array;
  readonly offeredNonce: Uint8Array;
  readonly acceptedNonce: Uint8Array;
}): Uint8Array {
  const { offer, acceptance, offeredNonce, acceptedNonce } = said;
  const hashes = [offer, acceptance].map((body) => labelledHash('enlace/device-said/v1', body));
  const parts = concatBytes(...hashes, offeredNonce, acceptedNonce);
  return labelledHash('enlace/device-transcript/v1', parts);
}

/** Six digits that both devices show, from the first five bytes of the transcript. */
export function deviceDigits(transcript: Uint8Array): string {
  const number = transcript.subarray(0, 5).reduce((sum, byte) => sum * 256 + byte, 0);
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}
