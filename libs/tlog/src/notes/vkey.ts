import { concatBytes, equalBytes, toBase64, toHex, utf8, type Branded } from '@enlace/kernel';

import { isKeyName, readBase64 } from '../strict-text.js';
import type { Hasher, KeyCrypto } from '../tlog-crypto.js';
import { VkeyMalformed } from '../tlog-error.js';
import { markVerified } from '../verified.js';

/** Signature types of C2SP signed-note that count here: a log's own, and a witness's timestamped cosignature. */
export const SIGNATURE_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const;
export type SignatureType = keyof typeof SIGNATURE_TYPES;

/** Length of an Ed25519 public key, and of the seed of a private one (RFC 8032). */
const KEY_BYTES = 32;
/** Longest text that is tried as a key; a name may be as long as an origin. */
const KEY_LIMIT_CHARACTERS = 1024;
const KEY_ID_BYTES = 4;
const SKEY_PREFIX = 'PRIVATE+KEY+';

/** What a verifier knows of a key: type and public key decide the id, the id and the name find its signature lines. */
export interface KeyParts {
  readonly name: string;
  readonly type: SignatureType;
  readonly publicKey: Uint8Array;
}

/** A key whose id was computed here, never taken from its text. */
export type VerifierKey = Branded<Readonly<KeyParts & { keyId: string }>, 'VerifierKey'>;

/** The verifier key of these parts. Throws `tlog.vkey-malformed` for an impossible name or key length. */
export function newVerifierKey(hasher: Hasher, { name, type, publicKey }: KeyParts): VerifierKey {
  if (!isKeyName(name)) throw new VkeyMalformed('not a key name');
  if (publicKey.length !== KEY_BYTES)
    throw new VkeyMalformed('a public key has another length than 32');
  const typed = concatBytes(Uint8Array.of(SIGNATURE_TYPES[type]), publicKey);
  const hash = hasher.sha256(concatBytes(utf8(name), utf8('\n'), typed));
  return markVerified<'VerifierKey', KeyParts & { keyId: string }>({
    name,
    type,
    publicKey: new Uint8Array(publicKey),
    keyId: toHex(hash.subarray(0, KEY_ID_BYTES)),
  });
}

/**
 * C2SP signed-note, "Verifier keys": `<name>+<hex id>+<base64 of type and key>`. The id is computed again and compared.
 * Throws `tlog.vkey-malformed` also for types other than 0x01 and 0x04.
 */
export function parseVkey(hasher: Hasher, text: string): VerifierKey {
  const { name, keyId, type, material } = splitKey(text);
  const key = newVerifierKey(hasher, { name, type, publicKey: material });
  if (key.keyId !== keyId) throw new VkeyMalformed('the key id is not that of name and key');
  return key;
}

export function formatVkey({ name, keyId, type, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(concatBytes(Uint8Array.of(SIGNATURE_TYPES[type]), publicKey))}`;
}

/** A private key as it is stored: the seed signs, the verifier key is what others know of it. */
export interface SigningKey {
  readonly key: VerifierKey;
  readonly seed: Uint8Array;
}

/**
 * The form in which Go's `sumdb/note` keeps private keys: `PRIVATE+KEY+<name>+<hex id>+<base64 of type and seed>`. The
 * public key is derived, its id compared. Throws `tlog.vkey-malformed`; the text is never repeated in the error.
 */
export function parseSkey(crypto: KeyCrypto, text: string): SigningKey {
  if (!text.startsWith(SKEY_PREFIX)) throw new VkeyMalformed('not a private key');
  const { name, keyId, type, material } = splitKey(text.slice(SKEY_PREFIX.length));
  const publicKey = crypto.ed25519PublicKey(material);
  const key = newVerifierKey(crypto, { name, type, publicKey });
  if (key.keyId !== keyId) throw new VkeyMalformed('the key id is not that of name and key');
  return { key, seed: material };
}

/** The text holds the secret: it goes to a file of mode 0600 and nowhere else. */
export function formatSkey({ key, seed }: SigningKey): string {
  const material = toBase64(concatBytes(Uint8Array.of(SIGNATURE_TYPES[key.type]), seed));
  return `${SKEY_PREFIX}${key.name}+${key.keyId}+${material}`;
}

/** Whether both are one key: name, id and public key, because ids are short and can be made to collide. */
export function isSameKey(a: VerifierKey, b: VerifierKey): boolean {
  return a.name === b.name && a.keyId === b.keyId && equalBytes(a.publicKey, b.publicKey);
}

/** Whether both wrap one public key, whatever their names and types (C2SP tlog-policy, "Public key representation"). */
export function isSameMaterial(a: VerifierKey, b: VerifierKey): boolean {
  return equalBytes(a.publicKey, b.publicKey);
}

function splitKey(text: string): {
  readonly name: string;
  readonly keyId: string;
  readonly type: SignatureType;
  readonly material: Uint8Array;
} {
  if (text.length > KEY_LIMIT_CHARACTERS) throw new VkeyMalformed('a key text is too long');
  const [name = '', keyId = '', ...rest] = text.split('+');
  // Base64 itself has plus signs: everything after the second one belongs to the key.
  const typed = readBase64(rest.join('+'), VkeyMalformed);
  const type = (['ed25519', 'cosignature'] as const).find(
    (known) => SIGNATURE_TYPES[known] === typed[0],
  );
  if (type === undefined) throw new VkeyMalformed('not a signature type that counts here');
  if (typed.length !== 1 + KEY_BYTES) throw new VkeyMalformed('a key has another length than 32');
  return { name, keyId, type, material: typed.subarray(1) };
}
