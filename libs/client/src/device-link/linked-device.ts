import {
  canonicalJson,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import { publicKeyOf, sodium, type DeviceOffer } from '@enlace/trust';

import type { ClaimKeys } from '../ceremony/claim.js';
import { AnswerMalformed } from '../transport/client-error.js';

/** What a certified device hands to a new one of its person: the way into the vault, and who the new one is. */
export interface HandedOver {
  /** Of the vault, in which the key of the person is. */
  readonly rootKey: Uint8Array;
  /** The certificate of the new device, as it was handed in. */
  readonly deviceCert: string;
  /** Of the trust store of the certified device: the new one compares its own. */
  readonly trustStoreFingerprint: Uint8Array;
}

const ROOT_KEY_BYTES = 32;
const FINGERPRINT_BYTES = 16;

export function encodeHandedOver({
  rootKey,
  deviceCert,
  trustStoreFingerprint,
}: HandedOver): Uint8Array {
  const trustStore = toBase64Url(trustStoreFingerprint);
  return utf8(canonicalJson({ v: 1, rootKey: toBase64Url(rootKey), deviceCert, trustStore }));
}

/** Throws `client.answer-malformed` for another form. */
export function decodeHandedOver(bytes: Uint8Array): HandedOver {
  const value = parseStrictJson(parseUtf8(bytes));
  const { v, rootKey, deviceCert, trustStore } = isJsonObject(value) ? value : {};
  const texts = [rootKey, deviceCert, trustStore].filter((text) => typeof text === 'string');
  const [key = '', cert = '', store = ''] = texts;
  if (v !== 1 || texts.length !== 3) throw new AnswerMalformed('handed-over');
  const handed = {
    rootKey: parseBase64Url(key),
    deviceCert: cert,
    trustStoreFingerprint: parseBase64Url(store),
  };
  const { length } = handed.trustStoreFingerprint;
  if (handed.rootKey.length !== ROOT_KEY_BYTES || length !== FINGERPRINT_BYTES) {
    throw new AnswerMalformed('handed-over');
  }
  return handed;
}

/** The public half of the keys of a new device, as it offers them and as its certificate names them. */
export function offeredKeys({
  signSeed,
  kemSeed,
}: Pick<ClaimKeys, 'signSeed' | 'kemSeed'>): Pick<DeviceOffer, 'signKey' | 'kemKey'> {
  const { publicKey } = sodium.crypto_kem_xwing_seed_keypair(kemSeed);
  return { signKey: toBase64Url(publicKeyOf(signSeed)), kemKey: toBase64Url(publicKey) };
}
