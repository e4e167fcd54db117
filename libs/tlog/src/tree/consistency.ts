import { equalBytes, type Branded } from '@enlace/kernel';

import type { Hasher } from '../tlog-crypto.js';
import { ProofLength, RolledBack, RootMismatch, SizeOutOfRange, SplitView } from '../tlog-error.js';
import { markVerified } from '../verified.js';
import { assertHash, assertHead, assertSize, hashNode, type TreeHead } from './hash.js';
import { siblingSides } from './subtrees.js';

/** The claim that the first `size1` leaves of the second tree are the first tree. */
export interface ConsistencyClaim {
  readonly size1: number;
  readonly root1: Uint8Array;
  readonly size2: number;
  readonly root2: Uint8Array;
}

export type VerifiedConsistency = Branded<Readonly<ConsistencyClaim>, 'VerifiedConsistency'>;
/** A head that contains everything the caller had verified before. */
export type VerifiedGrowth = Branded<Readonly<TreeHead>, 'VerifiedGrowth'>;

/**
 * RFC 9162, section 2.1.4.2, for the trees of RFC 6962. Equal sizes need equal roots and an empty proof. Throws
 * `tlog.size-out-of-range` (also for size1 = 0 and size1 > size2), `tlog.hash-length`, `tlog.proof-length`,
 * `tlog.root-mismatch`.
 */
export function verifyConsistency(
  hasher: Hasher,
  claim: ConsistencyClaim & { readonly proof: readonly Uint8Array[] },
): VerifiedConsistency {
  // Attacker-controlled: the second head and the proof; in a split view both heads.
  const { size1, root1, size2, root2, proof } = claim;
  assertSize(size1);
  assertSize(size2);
  assertHash(root1);
  assertHash(root2);
  if (size1 === 0 || size1 > size2)
    throw new SizeOutOfRange('the first size must be in 1..second size');
  if (size1 === size2) {
    if (proof.length > 0) throw new ProofLength('equal sizes need no proof');
    if (!equalBytes(root1, root2)) throw new RootMismatch('equal sizes with different roots');
  } else {
    walk(hasher, claim);
  }
  return markVerified<'VerifiedConsistency', ConsistencyClaim>({ size1, root1, size2, root2 });
}

function walk(
  hasher: Hasher,
  {
    size1,
    root1,
    size2,
    root2,
    proof,
  }: ConsistencyClaim & { readonly proof: readonly Uint8Array[] },
): void {
  // The walk starts at the subtree where the first tree ends: the lowest one that is no right child.
  let [position, last] = [size1 - 1, size2 - 1];
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  // A first tree of 2^k leaves is that subtree itself; its root is not in the proof.
  const [start, ...path] = position === 0 ? [root1, ...proof] : proof;
  const sides = siblingSides(position, last);
  if (start === undefined || path.length !== sides.length) {
    throw new ProofLength('the proof is too short or too long');
  }
  assertHash(start);
  let [first, second] = [start, start];
  for (const [at, hash] of path.entries()) {
    const isLeft = sides[at] === 'left';
    if (isLeft) first = hashNode(hasher, hash, first);
    second = isLeft ? hashNode(hasher, hash, second) : hashNode(hasher, second, hash);
  }
  if (!equalBytes(first, root1)) throw new RootMismatch('the proof leads to another first root');
  if (!equalBytes(second, root2)) throw new RootMismatch('the proof leads to another second root');
}

/**
 * The one entrance for whoever keeps a head and meets the next, and the only place that knows the empty tree: `known`
 * is null, or what was verified before. Throws `tlog.rolled-back` for a smaller head, `tlog.split-view` for equal
 * size and another root, `tlog.empty-tree`, `tlog.proof-length` where no proof belongs, and what `verifyConsistency`
 * throws.
 */
export function verifyGrowth(
  hasher: Hasher,
  known: TreeHead | null,
  { next, proof }: { readonly next: TreeHead; readonly proof: readonly Uint8Array[] },
): VerifiedGrowth {
  assertHead(next);
  if (known !== null) assertHead(known);
  if (known !== null && next.size < known.size) {
    throw new RolledBack('the head is smaller than one already verified', {
      facts: { knownSize: known.size, size: next.size },
    });
  }
  if (known === null || known.size === 0) {
    if (proof.length > 0) throw new ProofLength('growth from nothing needs no proof');
  } else if (compareHeads(known, next) === 'split') {
    throw new SplitView('two roots for one size', { facts: { size: next.size } });
  } else {
    verifyConsistency(hasher, {
      size1: known.size,
      root1: known.root,
      size2: next.size,
      root2: next.root,
      proof,
    });
  }
  return markVerified<'VerifiedGrowth', TreeHead>({ size: next.size, root: next.root });
}

/** What two heads of one log say about each other without a proof. */
export function compareHeads(a: TreeHead, b: TreeHead): 'same' | 'needs-proof' | 'split' {
  if (a.size !== b.size) return 'needs-proof';
  return equalBytes(a.root, b.root) ? 'same' : 'split';
}

function half(value: number): number {
  return Math.floor(value / 2);
}
