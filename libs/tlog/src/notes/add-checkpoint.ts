import { concatBytes, toBase64, utf8 } from '@enlace/kernel';

import { readDecimal, readHash, readText } from '../strict-text.js';
import { WitnessRequestMalformed } from '../tlog-error.js';
import { assertHash, assertSize } from '../tree/hash.js';
import { PROOF_HASHES_LIMIT } from '../tree/subtrees.js';
import { NOTE_LIMITS } from './note.js';

/** A note, 63 hashes in base64 and the first line. */
const REQUEST_LIMIT_BYTES = NOTE_LIMITS.bytes + 4 * 1024;

/** The body of `POST /add-checkpoint` (C2SP tlog-witness), with nothing verified. */
export interface AddCheckpoint {
  /** The size that the log believes the witness to have. */
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The checkpoint's note, byte for byte. */
  readonly checkpoint: Uint8Array;
}

export function formatAddCheckpoint({
  oldSize,
  proof,
  checkpoint,
}: AddCheckpoint): Uint8Array<ArrayBuffer> {
  assertSize(oldSize);
  proof.forEach(assertHash);
  const lines = [`old ${oldSize}`, ...proof.map(toBase64), ''];
  const body = concatBytes(utf8(lines.map((line) => `${line}\n`).join('')), checkpoint);
  parseAddCheckpoint(body);
  return body;
}

// Attacker-controlled: nobody signs in to a witness; the size is bounded before anything is read.
/** Throws `tlog.witness-request-malformed`. The checkpoint inside is left for `witnessStep`. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const text = readText(body, REQUEST_LIMIT_BYTES, WitnessRequestMalformed);
  const blank = text.indexOf('\n\n');
  if (blank === -1) throw new WitnessRequestMalformed('a request without checkpoint');
  const [first = '', ...hashes] = text.slice(0, blank).split('\n');
  if (!first.startsWith('old ')) throw new WitnessRequestMalformed('a request without old size');
  if (hashes.length > PROOF_HASHES_LIMIT) throw new WitnessRequestMalformed('more than 63 hashes');
  return {
    oldSize: readDecimal(first.slice('old '.length), WitnessRequestMalformed),
    proof: hashes.map((hash) => readHash(hash, WitnessRequestMalformed)),
    checkpoint: utf8(text.slice(blank + 2)),
  };
}
