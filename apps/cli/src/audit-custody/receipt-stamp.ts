import type { X509Certificate } from 'node:crypto';
import { utf8 } from '@enlace/kernel';
import { parseProof } from '@enlace/tlog';
import { findText, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { askAuthority } from '../timestamp/ask-authority.js';
import { readAuthorities } from '../timestamp/authorities.js';
import { openTimeStamp, type TimeStamp } from '../timestamp/open-token.js';

/** A receipt's own time stamp, and the proof that it stands in. */
export interface StampedProof {
  /** The text of a `.tlog-proof` file. */
  readonly proof: string;
  /** A `.tsr` file over the checkpoint of the proof; null where nobody asked an authority. */
  readonly stamp: Uint8Array | null;
}

/**
 * Has the authority of `--tsa` stamp the checkpoint that the proof leads to, which stands for the event; null where
 * none is named. Throws `timestamp.refused`, `server.unreachable`, `usage.missing-option`.
 */
export async function stampProof(
  { options }: Invocation,
  proof: string,
): Promise<Uint8Array | null> {
  const url = findText(options, 'tsa');
  if (url === null) return null;
  const authorities = readAuthorities(requireText(options, 'tsa-ca'));
  const { answer } = await askAuthority({ url, authorities }, checkpointIn(proof));
  return answer;
}

/** What whoever verifies believes of time; null for nobody. Throws `input.malformed`. */
export function authoritiesOf(options: Invocation['options']): readonly X509Certificate[] | null {
  const path = findText(options, 'tsa-ca');
  return path === null ? null : readAuthorities(path);
}

/**
 * What the stamp says of the checkpoint of its receipt, whoever answers for it. Throws `timestamp.refused` for one that
 * is about anything else, or for which none of the authorities answers.
 */
export function openStamp(
  { proof, stamp }: StampedProof,
  authorities: readonly X509Certificate[] | null,
): TimeStamp | null {
  if (stamp === null) return null;
  return openTimeStamp(stamp, { file: checkpointIn(proof), nonce: null, authorities });
}

function checkpointIn(proof: string): Uint8Array {
  return parseProof(utf8(proof)).checkpoint;
}
