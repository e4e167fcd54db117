import { equalBytes, type Branded } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { ProofLength, RootMismatch } from '../tlog-error.js';
import { markVerified } from '../verified.js';
import { assertHash, assertIndex, assertSize, hashNode } from './hash.js';
import { siblingSides } from './subtrees.js';

/** The claim that a leaf stands at an index of the tree with this size and root. */
export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
}

export type VerifiedInclusion = Branded<Readonly<InclusionClaim>, 'VerifiedInclusion'>;

/**
 * RFC 9162, section 2.1.3.2, for the trees of RFC 6962. Whoever calls has the size and the root from a verified
 * checkpoint. Throws `tlog.index-out-of-range` (also for size 0), `tlog.hash-length`, `tlog.proof-length`,
 * `tlog.root-mismatch`.
 */
export function verifyInclusion(
  hasher: Hasher,
  {
    leafHash,
    index,
    size,
    root,
    proof,
  }: InclusionClaim & { readonly proof: readonly Uint8Array[] },
): VerifiedInclusion {
  // Attacker-controlled: every member but the root. Index and size alone fix how many hashes are looked at.
  assertSize(size);
  assertIndex(index, size);
  assertHash(leafHash);
  assertHash(root);
  const sides = siblingSides(index, size - 1);
  if (proof.length !== sides.length) throw new ProofLength('the proof is too short or too long');
  const node = proof.reduce(
    (below, sibling, at) =>
      sides[at] === 'left' ? hashNode(hasher, sibling, below) : hashNode(hasher, below, sibling),
    leafHash,
  );
  if (!equalBytes(node, root)) throw new RootMismatch('the proof leads to another root');
  return markVerified<'VerifiedInclusion', InclusionClaim>({ leafHash, index, size, root });
}
