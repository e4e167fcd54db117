import { canonicalJson, toBase64Url, type JsonObject } from '@enlace/kernel';

import { keyId } from './fingerprint.js';
import type { SigningLabel } from './labels.js';
import {
  canonicalBody,
  parseSignedObject,
  PUBLIC_KEY_BYTES,
  signedMessage,
  type ObjectSignature,
} from './signed-object.js';
import { sodium } from './sodium.js';

/** A private key: the 32-byte seed of RFC 8032. The caller keeps it and wipes it. */
export type Seed = Uint8Array;

const SEED_BYTES = 32;

/** The Ed25519 public key of a seed. */
export function publicKeyOf(seed: Seed): Uint8Array<ArrayBuffer> {
  return withKeyPair(seed, ({ publicKey }) => Uint8Array.from(publicKey));
}

/** The wire of a body signed by the given seeds, each once. */
export function signObject(name: SigningLabel, body: JsonObject, seeds: readonly Seed[]): string {
  const bytes = canonicalBody(body);
  return layOutWire(
    bytes,
    seeds.map((seed) => signBytes(name, bytes, seed)),
  );
}

/** A key that signs elsewhere: it never leaves where it is, so nobody holds its seed here. */
export interface ForeignSigner {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** The wire of a body that one such key signs. */
export async function signObjectBy(
  name: SigningLabel,
  body: JsonObject,
  signer: ForeignSigner,
): Promise<string> {
  const bytes = canonicalBody(body);
  const signature = await signer.sign(signedMessage(name, bytes));
  return layOutWire(bytes, [{ key: keyId(signer.publicKey), signature }]);
}

/** The same object with one more signature: how a second registrar signs what the first one made. */
export function addSignature(name: SigningLabel, wire: string, seed: Seed): string {
  const { bodyBytes, signatures } = parseSignedObject(wire);
  const added = signBytes(name, bodyBytes, seed);
  return layOutWire(bodyBytes, [...signatures.filter(({ key }) => key !== added.key), added]);
}

function signBytes(name: SigningLabel, body: Uint8Array, seed: Seed): ObjectSignature {
  return withKeyPair(seed, ({ publicKey, privateKey }) => ({
    key: keyId(publicKey),
    signature: sodium.crypto_sign_detached(signedMessage(name, body), privateKey),
  }));
}

function layOutWire(body: Uint8Array, signatures: readonly ObjectSignature[]): string {
  const sigs = signatures
    .map(({ key, signature }) => ({ key, sig: toBase64Url(signature) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const wire = canonicalJson({ body: toBase64Url(body), sigs });
  return parseSignedObject(wire).wire;
}

function withKeyPair<Result>(
  seed: Seed,
  use: (pair: { publicKey: Uint8Array; privateKey: Uint8Array }) => Result,
): Result {
  if (seed.length !== SEED_BYTES) throw new RangeError('a private key is a seed of 32 bytes');
  const pair = sodium.crypto_sign_seed_keypair(seed);
  try {
    return use({
      publicKey: pair.publicKey.subarray(0, PUBLIC_KEY_BYTES),
      privateKey: pair.privateKey,
    });
  } finally {
    sodium.memzero(pair.privateKey);
  }
}
