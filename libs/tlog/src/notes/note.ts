import { utf8, type Branded } from '@enlace/kernel';

import { hasControl, readText } from '../strict-text.js';
import type { NoteCrypto } from '../tlog-crypto.js';
import { NoteMalformed, NoteUnsigned, VkeyMalformed } from '../tlog-error.js';
import { markVerified } from '../verified.js';
import {
  formatSignatureLine,
  parseSignatureLine,
  verifySignatureLine,
  type SignatureLine,
  type VerifiedSignature,
} from './signature-line.js';
import { isSameKey, type VerifierKey } from './vkey.js';

/** C2SP asks for at least 16 signatures; a post-quantum one has up to 5 kB, hence the room. */
export const NOTE_LIMITS = { bytes: 256 * 1024, signatures: 64 } as const;

/** A note taken apart, with nothing verified. */
export interface NoteParts {
  /** Ends with a newline; what the signatures are made over. */
  readonly text: string;
  readonly signatures: readonly SignatureLine[];
}

interface NoteContent {
  readonly text: string;
  /** At least one, each of another known key. */
  readonly signatures: readonly VerifiedSignature[];
}
export type VerifiedNote = Branded<Readonly<NoteContent>, 'VerifiedNote'>;

/**
 * Makes signatures for one key. The key never signs anything but notes (and receipts, for a key announced for these).
 */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** Ed25519 (RFC 8032) over the message: 64 bytes, the same for the same message. */
  sign(message: Uint8Array): Uint8Array;
}

/**
 * Opens a note (C2SP signed-note). Lines of unknown keys are ignored; every line of a known key must verify, and the
 * first of each key counts. Throws `tlog.note-malformed`, `tlog.note-signature` when a known key did not make its
 * line, `tlog.note-unsigned` when no known key signed, `tlog.vkey-malformed` when two given keys share name and id.
 */
export function openNote(
  crypto: NoteCrypto,
  note: Uint8Array,
  keys: readonly VerifierKey[],
): VerifiedNote {
  const known = mapKeys(keys);
  const { text, signatures } = splitNote(note);
  const verified = new Map<VerifierKey, VerifiedSignature>();
  for (const line of signatures) {
    const key = known.get(keyOfLine(line));
    if (key === undefined) continue;
    const signature = verifySignatureLine(crypto, text, { line, key });
    if (!verified.has(key)) verified.set(key, signature);
  }
  if (verified.size === 0) throw new NoteUnsigned('no known key signed the note');
  return markVerified<'VerifiedNote', NoteContent>({ text, signatures: [...verified.values()] });
}

// Attacker-controlled: every byte. Size is bounded first, then one pass over the text and one over each line.
/** The parts of a note, for whoever must read the text to know whose keys to ask. Throws `tlog.note-malformed`. */
export function splitNote(note: Uint8Array): NoteParts {
  const whole = readText(note, NOTE_LIMITS.bytes, NoteMalformed);
  if (hasControl(whole)) throw new NoteMalformed('a note has a control character');
  const blank = whole.lastIndexOf('\n\n');
  if (blank === -1 || !whole.endsWith('\n')) throw new NoteMalformed('not a signed note');
  const text = whole.slice(0, blank + 1);
  const lines = whole.slice(blank + 2, -1).split('\n');
  if (lines.length > NOTE_LIMITS.signatures) throw new NoteMalformed('too many signatures');
  return { text, signatures: lines.map(parseSignatureLine) };
}

/** Puts a note together. Throws `tlog.note-malformed` for a text or lines that `splitNote` would not give back. */
export function formatNote(text: string, lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const note = utf8(`${text}\n${lines.map((line) => `${line}\n`).join('')}`);
  if (!text.isWellFormed() || splitNote(note).text !== text) {
    throw new NoteMalformed('a text that cannot be a note');
  }
  return note;
}

/** A note signed by one key of type 0x01. */
export function signNote(text: string, signer: NoteSigner): Uint8Array<ArrayBuffer> {
  if (signer.key.type !== 'ed25519') throw new VkeyMalformed('a cosignature key signs no notes');
  return formatNote(text, [formatSignatureLine(signer.key, signer.sign(utf8(text)))]);
}

function mapKeys(keys: readonly VerifierKey[]): ReadonlyMap<string, VerifierKey> {
  const known = new Map<string, VerifierKey>();
  for (const key of keys) {
    const other = known.get(keyOfLine(key));
    if (other && !isSameKey(other, key)) {
      throw new VkeyMalformed('two keys share name and id: a line could be of either');
    }
    known.set(keyOfLine(key), key);
  }
  return known;
}

/** A name holds no white space, so the space keeps both parts apart. */
function keyOfLine({ name, keyId }: { readonly name: string; readonly keyId: string }): string {
  return `${name} ${keyId}`;
}
