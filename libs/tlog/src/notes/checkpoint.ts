import { toBase64, type Branded } from '@enlace/kernel';

import { hasControl, readDecimal, readHash } from '../strict-text.js';
import type { NoteCrypto } from '../tlog-crypto.js';
import { CheckpointMalformed, NoteUnsigned, OriginMismatch, VkeyMalformed } from '../tlog-error.js';
import { assertHead, type TreeHead } from '../tree/hash.js';
import { markVerified } from '../verified.js';
import { formatNote, openNote, type NoteSigner } from './note.js';
import {
  cosignedMessage,
  formatSignatureLine,
  timedSignature,
  type VerifiedSignature,
} from './signature-line.js';
import type { VerifierKey } from './vkey.js';

/** The text of a checkpoint (C2SP tlog-checkpoint), with nothing verified. */
export interface CheckpointText extends TreeHead {
  readonly origin: string;
  /** Lines that logs of ours never write and that `openCheckpoint` refuses: no monitor can audit them. */
  readonly extensions: readonly string[];
}

/** Whose checkpoint is expected, and whose signatures are looked for. */
export interface CheckpointKeys {
  readonly origin: string;
  /** Type 0x01 keys of the log; their name is the origin, and one of them must have signed. */
  readonly logKeys: readonly VerifierKey[];
  /** Type 0x04 keys. How many of them must have signed is the policy's affair. */
  readonly witnessKeys?: readonly VerifierKey[];
}

export interface CheckpointContent extends TreeHead {
  readonly origin: string;
  /** The note's text: cosignatures are made over it. */
  readonly text: string;
  readonly logSignatures: readonly VerifiedSignature[];
  readonly cosignatures: readonly VerifiedSignature[];
}
export type VerifiedCheckpoint = Branded<Readonly<CheckpointContent>, 'VerifiedCheckpoint'>;

/**
 * C2SP tlog-checkpoint, "Note text", without extension lines. Throws `tlog.checkpoint-malformed` and what a head
 * throws.
 */
export function formatCheckpoint({
  origin,
  size,
  root,
}: TreeHead & { readonly origin: string }): string {
  assertHead({ size, root });
  const text = `${origin}\n${size}\n${toBase64(root)}\n`;
  parseCheckpoint(text);
  return text;
}

// Attacker-controlled: the text of a note, signed or not.
/** Reads the three lines. Throws `tlog.checkpoint-malformed`, and `tlog.empty-tree` for size 0 with another root. */
export function parseCheckpoint(text: string): CheckpointText {
  if (!text.endsWith('\n') || hasControl(text) || !text.isWellFormed()) {
    throw new CheckpointMalformed('not the text of a checkpoint');
  }
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '' || extensions.includes('')) throw new CheckpointMalformed('an empty line');
  const head = {
    size: readDecimal(size, CheckpointMalformed),
    root: readHash(root, CheckpointMalformed),
  };
  assertHead(head);
  return { origin, ...head, extensions };
}

/**
 * Opens a checkpoint of a log of ours. Throws what `openNote` throws, `tlog.note-unsigned` when witnesses signed but
 * the log did not, `tlog.checkpoint-malformed` (extension lines included), `tlog.empty-tree`, `tlog.origin-mismatch`.
 */
export function openCheckpoint(
  crypto: NoteCrypto,
  note: Uint8Array,
  { origin, logKeys, witnessKeys = [] }: CheckpointKeys,
): VerifiedCheckpoint {
  if (logKeys.some(({ type, name }) => type !== 'ed25519' || name !== origin)) {
    throw new VkeyMalformed('a log key is of type 0x01 and named as its origin');
  }
  if (witnessKeys.some(({ type }) => type !== 'cosignature')) {
    throw new VkeyMalformed('a witness key is of type 0x04');
  }
  const { text, signatures } = openNote(crypto, note, [...logKeys, ...witnessKeys]);
  const logSignatures = signatures.filter(({ key }) => key.type === 'ed25519');
  if (logSignatures.length === 0) throw new NoteUnsigned('the log did not sign the checkpoint');
  const { size, root, extensions, ...read } = parseCheckpoint(text);
  if (read.origin !== origin) throw new OriginMismatch('a checkpoint of another log');
  if (extensions.length > 0) throw new CheckpointMalformed('extension lines are refused');
  const cosignatures = signatures.filter(({ key }) => key.type === 'cosignature');
  return markVerified<'VerifiedCheckpoint', CheckpointContent>({
    origin,
    size,
    root,
    text,
    logSignatures,
    cosignatures,
  });
}

/** The note of a checkpoint with the signatures that were verified, log first: what may be served and kept. */
export function formatVerifiedCheckpoint(checkpoint: VerifiedCheckpoint): Uint8Array<ArrayBuffer> {
  const lines = [...checkpoint.logSignatures, ...checkpoint.cosignatures].map(({ line }) => line);
  return formatNote(checkpoint.text, lines);
}

/**
 * A witness's signature line for a checkpoint (C2SP tlog-cosignature), without newline. The caller has verified that
 * the checkpoint continues everything it cosigned before, and has made that durable.
 */
export function cosign(text: string, timeSeconds: number, signer: NoteSigner): string {
  if (signer.key.type !== 'cosignature') throw new VkeyMalformed('a witness key is of type 0x04');
  if (!Number.isSafeInteger(timeSeconds) || timeSeconds <= 0) {
    throw new RangeError('a cosignature needs a time in seconds');
  }
  parseCheckpoint(text);
  const signature = signer.sign(cosignedMessage(text, timeSeconds));
  return formatSignatureLine(signer.key, timedSignature(timeSeconds, signature));
}
