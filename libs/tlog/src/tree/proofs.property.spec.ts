import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { utf8 } from '@enlace/kernel';
import { flipBits, NaiveTree, nodeTlogCrypto as crypto } from '@enlace/testing';

import { TlogError } from '../tlog-error.js';
import { verifyConsistency, type ConsistencyClaim } from './consistency.js';
import { hashLeaf } from './hash.js';
import { verifyInclusion, type InclusionClaim } from './inclusion.js';
import { RootBuilder } from './root-builder.js';
import { consistencyRanges, inclusionRanges, siblingSides } from './subtrees.js';

const LARGEST = 300;
const entries = Array.from({ length: LARGEST }, (_, index) => utf8(`entry ${index}`));
const tree = new NaiveTree(entries);
const leafHashes = entries.map((entry) => hashLeaf(crypto, entry));
const roots = Array.from({ length: LARGEST + 1 }, (_, size) => tree.root(size));
const sizes = Array.from({ length: LARGEST }, (_, at) => at + 1);

type Inclusion = InclusionClaim & { readonly proof: readonly Uint8Array[] };
type Consistency = ConsistencyClaim & { readonly proof: readonly Uint8Array[] };

const inclusionOf = (index: number, size: number): Inclusion => ({
  leafHash: leafHashes[index] ?? utf8(''),
  index,
  size,
  root: roots[size] ?? utf8(''),
  proof: tree.inclusionProof(index, size),
});
const consistencyOf = (size1: number, size2: number): Consistency => ({
  size1,
  root1: roots[size1] ?? utf8(''),
  size2,
  root2: roots[size2] ?? utf8(''),
  proof: tree.consistencyProof(size1, size2),
});

const verifies = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    return false;
  }
};
const isIncluded = (claim: Inclusion): boolean => verifies(() => verifyInclusion(crypto, claim));
const isConsistent = (claim: Consistency): boolean =>
  verifies(() => verifyConsistency(crypto, claim));

describe('a tree of RFC 6962, for every size to 300', () => {
  it('has the root of the recursive definition', () => {
    const builder = new RootBuilder(crypto);
    expect(builder.root()).toEqual(roots[0]);
    for (const size of sizes) {
      builder.push(leafHashes[size - 1] ?? utf8(''));
      expect(builder.root()).toEqual(roots[size]);
    }
  });

  it('proves every leaf, and no proof holds for the index or root beside it', () => {
    const wrong: string[] = [];
    for (const size of sizes) {
      for (let index = 0; index < size; index += 1) {
        const claim = inclusionOf(index, size);
        if (!isIncluded(claim)) wrong.push(`${index} of ${size} is not proven`);
        if ((index + size) % 10 !== 0) continue;
        const beside =
          size % 2 === 0
            ? { ...claim, index: index ^ 1 }
            : { ...claim, root: roots[size - 1] ?? utf8('') };
        if (isIncluded(beside)) wrong.push(`${index} of ${size} proves something else`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('proves growth between every pair of sizes, and from no first root beside it', () => {
    const wrong: string[] = [];
    for (const size2 of sizes) {
      for (let size1 = 1; size1 <= size2; size1 += 1) {
        const claim = consistencyOf(size1, size2);
        if (!isConsistent(claim)) wrong.push(`${size1} to ${size2} is not proven`);
        if ((size1 + size2) % 10 !== 0) continue;
        const beside = { ...claim, root1: roots[size1 - 1] ?? utf8('') };
        if (isConsistent(beside)) wrong.push(`${size1} to ${size2} proves something else`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has proofs as long as index and sizes say', () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index += 7) {
        expect(inclusionRanges(index, size)).toHaveLength(siblingSides(index, size - 1).length);
      }
    }
    // Beyond 2^31, where bit operators would have stopped counting, up to the largest safe integer.
    const size = Number.MAX_SAFE_INTEGER;
    expect(inclusionRanges(size - 1, size)).toHaveLength(siblingSides(size - 1, size - 1).length);
    expect(consistencyRanges(2 ** 40, 2 ** 40 + 1)).toEqual([{ start: 2 ** 40, end: 2 ** 40 + 1 }]);
  });
});

const EXHAUSTIVE = 20;

describe('a proof, for every size to 20', () => {
  it('fails for every other index, size, root and leaf', () => {
    const accepted: string[] = [];
    for (const size of sizes.slice(0, EXHAUSTIVE)) {
      for (let index = 0; index < size; index += 1) {
        const claim = inclusionOf(index, size);
        for (let other = 0; other <= EXHAUSTIVE + 1; other += 1) {
          const root = roots[other] ?? utf8('');
          const leafHash = leafHashes[other] ?? utf8('');
          const lies = [
            ...(other === index
              ? []
              : [{ index: other }, { leafHash }, { index: other, leafHash }]),
            ...(other === size ? [] : [{ root }, { size: other, root }]),
          ];
          const passed = lies.filter((lie) => isIncluded({ ...claim, ...lie }));
          accepted.push(...passed.map(() => `${index} of ${size} as ${other}`));
        }
      }
    }
    expect(accepted).toEqual([]);
  });

  it('of growth fails for every other pair of sizes and roots', () => {
    const accepted: string[] = [];
    for (const size2 of sizes.slice(0, EXHAUSTIVE)) {
      for (let size1 = 1; size1 < size2; size1 += 1) {
        const claim = consistencyOf(size1, size2);
        for (let other = 0; other <= EXHAUSTIVE + 1; other += 1) {
          const root = roots[other] ?? utf8('');
          const lies = [
            ...(other === size1 ? [] : [{ root1: root }, { size1: other, root1: root }]),
            ...(other === size2 ? [] : [{ root2: root }, { size2: other, root2: root }]),
          ];
          const passed = lies.filter((lie) => isConsistent({ ...claim, ...lie }));
          accepted.push(...passed.map(() => `${size1} to ${size2} as ${other}`));
        }
      }
    }
    expect(accepted).toEqual([]);
  });
});

describe('a changed proof', () => {
  it.each([
    [0, 2],
    [4, 7],
    [6, 7],
    [255, 300],
    [299, 300],
  ])('of leaf %i in %i is refused at every bit', (index, size) => {
    const claim = inclusionOf(index, size);
    const changed = [
      ...claim.proof.flatMap((hash, at) =>
        flipBits(hash).map((other) => ({ proof: claim.proof.with(at, other) })),
      ),
      ...flipBits(claim.leafHash).map((leafHash) => ({ leafHash })),
      ...flipBits(claim.root).map((root) => ({ root })),
    ];
    expect(changed).toHaveLength(256 * (claim.proof.length + 2));
    expect(changed.filter((change) => isIncluded({ ...claim, ...change }))).toEqual([]);
  });

  it.each([
    [1, 2],
    [4, 8],
    [6, 8],
    [129, 300],
    [256, 300],
  ])('of growth from %i to %i is refused at every bit', (size1, size2) => {
    const claim = consistencyOf(size1, size2);
    const changed = [
      ...claim.proof.flatMap((hash, at) =>
        flipBits(hash).map((other) => ({ proof: claim.proof.with(at, other) })),
      ),
      ...flipBits(claim.root1).map((root1) => ({ root1 })),
      ...flipBits(claim.root2).map((root2) => ({ root2 })),
    ];
    expect(changed).toHaveLength(256 * (claim.proof.length + 2));
    expect(changed.filter((change) => isConsistent({ ...claim, ...change }))).toEqual([]);
  });

  it('is refused with a hash more, a hash less, and hashes in another order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: LARGEST }), fc.nat(), fc.nat(), (size, a, b) => {
        const inclusion = inclusionOf(a % size, size);
        const consistency = consistencyOf(1 + (a % (size - 1)), size);
        const extra = leafHashes[b % LARGEST] ?? utf8('');
        const at = b % (inclusion.proof.length + 1);
        const longer = inclusion.proof.toSpliced(at, 0, extra);
        const longerGrowth = consistency.proof.toSpliced(
          b % (consistency.proof.length + 1),
          0,
          extra,
        );
        expect(isIncluded({ ...inclusion, proof: longer })).toBe(false);
        expect(isConsistent({ ...consistency, proof: longerGrowth })).toBe(false);
        expect(isIncluded({ ...inclusion, proof: inclusion.proof.slice(1) })).toBe(false);
        expect(isIncluded({ ...inclusion, proof: inclusion.proof.slice(0, -1) })).toBe(false);
        expect(isConsistent({ ...consistency, proof: consistency.proof.slice(1) })).toBe(false);
        expect(isConsistent({ ...consistency, proof: consistency.proof.slice(0, -1) })).toBe(false);
        const reversed = { ...inclusion, proof: inclusion.proof.toReversed() };
        expect(isIncluded(reversed)).toBe(inclusion.proof.length === 1);
      }),
    );
  });
});
