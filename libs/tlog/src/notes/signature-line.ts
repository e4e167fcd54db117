import { concatBytes, parseHex, toBase64, toHex, u64be, utf8 } from '@enlace/kernel';

import { isKeyName, readBase64 } from '../strict-text.js';
import type { NoteCrypto } from '../tlog-crypto.js';
import { NoteMalformed, NoteSignature } from '../tlog-error.js';
import type { VerifierKey } from './vkey.js';

const EM_DASH_SPACE = '\u2014 ';
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
/** RFC 8032: an Ed25519 signature. */
export const ED25519_SIGNATURE_BYTES = 64;

/** One signature line of a note, with nothing checked but its form. */
export interface SignatureLine {
  readonly name: string;
  readonly keyId: string;
  /** What follows the key id. */
  readonly signature: Uint8Array;
  /** The line as it stands in the note, without its newline. */
  readonly line: string;
}

/** A signature that its key made over the text of its note. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly line: string;
  /** When a witness says it made its cosignature (POSIX time); null for a log's own signature. */
  readonly timeSeconds: number | null;
}

// Attacker-controlled: the lines of a note.
/** C2SP signed-note: em dash, space, key name, space, base64 of key id and signature. Throws `tlog.note-malformed`. */
export function parseSignatureLine(line: string): SignatureLine {
  const [name = '', base64 = '', ...more] = line.startsWith(EM_DASH_SPACE)
    ? line.slice(EM_DASH_SPACE.length).split(' ')
    : [];
  if (!isKeyName(name) || more.length > 0) throw new NoteMalformed('not a signature line');
  const bytes = readBase64(base64, NoteMalformed);
  if (bytes.length <= KEY_ID_BYTES) throw new NoteMalformed('a signature line without a signature');
  const keyId = toHex(bytes.subarray(0, KEY_ID_BYTES));
  return { name, keyId, signature: bytes.subarray(KEY_ID_BYTES), line };
}

/** The line of a signature that was made elsewhere, for signers that cannot answer at once. */
export function formatSignatureLine(key: VerifierKey, signature: Uint8Array): string {
  return `${EM_DASH_SPACE}${key.name} ${toBase64(concatBytes(parseHex(key.keyId), signature))}`;
}

/** C2SP tlog-cosignature, "Ed25519 signed message": two lines, then the whole text of the checkpoint. */
export function cosignedMessage(text: string, timeSeconds: number): Uint8Array<ArrayBuffer> {
  return utf8(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
}

/** The signature of a type 0x04 line: time, then Ed25519 (C2SP tlog-cosignature, "Format"). */
export function timedSignature(
  timeSeconds: number,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concatBytes(u64be(timeSeconds), signature);
}

/** Checks a line against the key that it names. Throws `tlog.note-signature`. */
export function verifySignatureLine(
  crypto: NoteCrypto,
  text: string,
  { line, key }: { readonly line: SignatureLine; readonly key: VerifierKey },
): VerifiedSignature {
  const timeSeconds = key.type === 'cosignature' ? readTime(line.signature) : null;
  const signature = line.signature.subarray(timeSeconds === null ? 0 : TIME_BYTES);
  const message = timeSeconds === null ? utf8(text) : cosignedMessage(text, timeSeconds);
  const isValid =
    signature.length === ED25519_SIGNATURE_BYTES &&
    crypto.ed25519Verify({ signature, message, publicKey: key.publicKey });
  if (!isValid) throw new NoteSignature('a known key did not make its signature');
  return { key, line: line.line, timeSeconds };
}

/** 0 < time < 2^53; a cosignature without time says nothing about the newest tree. */
function readTime(signature: Uint8Array): number {
  if (signature.length < TIME_BYTES) throw new NoteSignature('a cosignature without time');
  const view = new DataView(signature.buffer, signature.byteOffset, signature.byteLength);
  const time = Number(view.getBigUint64(0));
  if (!Number.isSafeInteger(time) || time === 0)
    throw new NoteSignature('a cosignature without time');
  return time;
}
