import { concatBytes, toBase64, utf8, type Branded } from '@enlace/kernel';

import { readBase64, readDecimal, readHash, readText } from '../strict-text.js';
import type { NoteCrypto } from '../tlog-crypto.js';
import { ProofMalformed } from '../tlog-error.js';
import { assertHash, assertSize } from '../tree/hash.js';
import { verifyInclusion, type VerifiedInclusion } from '../tree/inclusion.js';
import { PROOF_HASHES_LIMIT } from '../tree/subtrees.js';
import { markVerified } from '../verified.js';
import { NOTE_LIMITS } from './note.js';
import type { Policy } from './policy-file.js';
import { judgeCheckpoint, type JudgedCheckpoint } from './policy.js';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** A note, 63 hashes, and up to 64 KiB of extra data in base64. */
const PROOF_LIMIT_BYTES = NOTE_LIMITS.bytes + 96 * 1024;

/** The content of a `.tlog-proof` file (C2SP tlog-proof), with nothing verified. */
export interface ProofFile {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The checkpoint's note, byte for byte. */
  readonly checkpoint: Uint8Array;
  /** Signed by nobody: never trusted, kept so that a file comes back as it was. */
  readonly extra: Uint8Array | null;
}

interface ProvenLeafContent {
  readonly inclusion: VerifiedInclusion;
  readonly judged: JudgedCheckpoint;
}
/** A leaf in the tree of a checkpoint that a log of the policy signed. */
export type ProvenLeaf = Branded<Readonly<ProvenLeafContent>, 'ProvenLeaf'>;

export function formatProof({
  index,
  proof,
  checkpoint,
  extra,
}: ProofFile): Uint8Array<ArrayBuffer> {
  assertSize(index);
  proof.forEach(assertHash);
  const lines = [
    FIRST_LINE,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...proof.map(toBase64),
    '',
  ];
  const file = concatBytes(utf8(lines.map((line) => `${line}\n`).join('')), checkpoint);
  parseProof(file);
  return file;
}

// Attacker-controlled: the whole file; it is bounded before it is split.
/** Throws `tlog.proof-malformed`. The checkpoint inside is left for `verifyProof`. */
export function parseProof(file: Uint8Array): ProofFile {
  const text = readText(file, PROOF_LIMIT_BYTES, ProofMalformed);
  const blank = text.indexOf('\n\n');
  if (blank === -1) throw new ProofMalformed('a proof without checkpoint');
  const [first, ...lines] = text.slice(0, blank).split('\n');
  if (first !== FIRST_LINE) throw new ProofMalformed('not a proof of version 1');
  const extraText = readMember(lines[0], 'extra ');
  const [indexLine, ...hashes] = extraText === null ? lines : lines.slice(1);
  const indexText = readMember(indexLine, 'index ');
  if (indexText === null) throw new ProofMalformed('a proof without index');
  if (hashes.length > PROOF_HASHES_LIMIT) throw new ProofMalformed('more than 63 hashes');
  const extra = extraText === null ? null : readBase64(extraText, ProofMalformed);
  if (extra?.length === 0) throw new ProofMalformed('an extra line without data');
  return {
    index: readDecimal(indexText, ProofMalformed),
    proof: hashes.map((hash) => readHash(hash, ProofMalformed)),
    checkpoint: utf8(text.slice(blank + 2)),
    extra,
  };
}

/**
 * C2SP tlog-proof, "Verifying a tlog proof". The caller has computed the leaf hash from what it claims is logged.
 * Throws `tlog.proof-malformed`, and what `judgeCheckpoint` and `verifyInclusion` throw. Whether the quorum is met is
 * in `judged`.
 */
export function verifyProof(
  crypto: NoteCrypto,
  file: Uint8Array,
  { leafHash, policy }: { readonly leafHash: Uint8Array; readonly policy: Policy },
): ProvenLeaf {
  const { index, proof, checkpoint } = parseProof(file);
  const judged = judgeCheckpoint(crypto, checkpoint, policy);
  const { size, root } = judged.checkpoint;
  const inclusion = verifyInclusion(crypto, { leafHash, index, size, root, proof });
  return markVerified<'ProvenLeaf', ProvenLeafContent>({ inclusion, judged });
}

function readMember(line: string | undefined, prefix: string): string | null {
  return line?.startsWith(prefix) === true ? line.slice(prefix.length) : null;
}
