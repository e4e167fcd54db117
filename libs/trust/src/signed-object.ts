import {
  canonicalJson,
  concatBytes,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import { keyId } from './fingerprint.js';
import type { SigningLabel } from './labels.js';
import { label, sodium } from './sodium.js';
import { StatementRefused } from './trust-error.js';

/** What a signed object may measure and carry. */
export const SIGNED_OBJECT_LIMITS = { wireBytes: 12 * 1024, bodyBytes: 8_192, signatures: 16 };
const SIGNATURE_BYTES = 64;
export const PUBLIC_KEY_BYTES = 32;

export interface ObjectSignature {
  /** `keyId` of the signer as the wire claims it; only `isSignedBy` proves anything. */
  readonly key: string;
  readonly signature: Uint8Array;
}

/** A wire whose form holds. Its signatures are not verified yet: who must sign is a rule of the object's kind. */
export interface SignedObject {
  readonly wire: string;
  readonly bodyBytes: Uint8Array<ArrayBuffer>;
  readonly body: JsonObject;
  readonly signatures: readonly ObjectSignature[];
}

/**
 * Reads a wire: JCS of `{"body", "sigs"}`, the body itself JCS. Throws `statement.refused` for every deviation, so that
 * one object has one spelling and a changed byte is another object.
 */
export function parseSignedObject(wire: string): SignedObject {
  if (wire.length > SIGNED_OBJECT_LIMITS.wireBytes) throw new StatementRefused('size');
  try {
    return readWire(wire);
  } catch (cause) {
    if (cause instanceof StatementRefused) throw cause;
    throw new StatementRefused('form', { cause });
  }
}

/** True when the object carries a valid Ed25519 signature (RFC 8032) of this key, made for this kind of object. */
export function isSignedBy(
  object: SignedObject,
  name: SigningLabel,
  publicKey: Uint8Array,
): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return false;
  const id: string = keyId(publicKey);
  const found = object.signatures.find(({ key }) => key === id);
  return (
    found !== undefined &&
    sodium.crypto_sign_verify_detached(
      found.signature,
      signedMessage(name, object.bodyBytes),
      publicKey,
    )
  );
}

/** The bytes under a signature: label, zero byte, body. */
export function signedMessage(name: SigningLabel, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(label(name), body);
}

// Attacker-controlled: everything below reads bytes of unknown origin.
function readWire(wire: string): SignedObject {
  const outer = parseCanonical(wire, 'wire');
  if (Object.keys(outer).join() !== 'body,sigs' || typeof outer['body'] !== 'string') {
    throw new StatementRefused('wire-members');
  }
  const bodyBytes = parseBase64Url(outer['body']);
  if (bodyBytes.length > SIGNED_OBJECT_LIMITS.bodyBytes) throw new StatementRefused('size');
  return {
    wire,
    bodyBytes,
    body: parseCanonical(parseUtf8(bodyBytes), 'body'),
    signatures: readSignatures(outer['sigs']),
  };
}

function parseCanonical(text: string, part: 'wire' | 'body'): JsonObject {
  const value = parseStrictJson(text);
  if (!isJsonObject(value) || canonicalJson(value) !== text) {
    throw new StatementRefused(`${part}-not-canonical`);
  }
  return value;
}

function readSignatures(value: JsonValue | undefined): readonly ObjectSignature[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
  if (items.length === 0 || items.length > SIGNED_OBJECT_LIMITS.signatures) {
    throw new StatementRefused('signature-count');
  }
  const signatures = items.map(readSignature);
  const sorted = signatures.every(
    ({ key }, at) => at === 0 || (signatures[at - 1]?.key ?? '') < key,
  );
  if (!sorted) throw new StatementRefused('signature-order');
  return signatures;
}

function readSignature(item: JsonValue): ObjectSignature {
  if (!isJsonObject(item) || Object.keys(item).join() !== 'key,sig') {
    throw new StatementRefused('signature-members');
  }
  const { key, sig } = item;
  if (typeof key !== 'string' || typeof sig !== 'string' || !/^[\w-]{22}$/.test(key)) {
    throw new StatementRefused('signature-members');
  }
  const signature = parseBase64Url(sig);
  if (signature.length !== SIGNATURE_BYTES) throw new StatementRefused('signature-length');
  return { key, signature };
}

/** The canonical bytes of a body that is about to be signed. Throws `statement.refused` when it is too long. */
export function canonicalBody(body: JsonObject): Uint8Array<ArrayBuffer> {
  const bytes = utf8(canonicalJson(body));
  if (bytes.length > SIGNED_OBJECT_LIMITS.bodyBytes) throw new StatementRefused('size');
  return bytes;
}
