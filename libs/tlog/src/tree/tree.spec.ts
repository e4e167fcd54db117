import { describe, expect, it } from '@jest/globals';

import { utf8 } from '@enlace/kernel';
import { NaiveTree, nodeTlogCrypto as crypto } from '@enlace/testing';

import {
  EmptyTree,
  HashLength,
  IndexOutOfRange,
  ProofLength,
  RolledBack,
  RootMismatch,
  SizeOutOfRange,
  SplitView,
} from '../tlog-error.js';
import { compareHeads, verifyConsistency, verifyGrowth } from './consistency.js';
import { emptyRoot, hashLeaf, hashNode } from './hash.js';
import { verifyInclusion } from './inclusion.js';
import { RootBuilder } from './root-builder.js';

const tree = new NaiveTree(['a', 'b', 'c', 'd', 'e'].map((text) => utf8(text)));
const head = (size: number) => ({ size, root: tree.root(size) });
const leafHash = hashLeaf(crypto, utf8('c'));
const inclusion = { leafHash, index: 2, ...head(5), proof: tree.inclusionProof(2) };
const growth = {
  size1: 3,
  root1: tree.root(3),
  size2: 5,
  root2: tree.root(5),
  proof: tree.consistencyProof(3),
};
const short = new Uint8Array(31);

describe('hashes', () => {
  it('tell a leaf from a node with the same content', () => {
    const [left, right] = [hashLeaf(crypto, utf8('a')), hashLeaf(crypto, utf8('b'))];
    const content = Uint8Array.from([...left, ...right]);
    expect(hashLeaf(crypto, content)).not.toEqual(hashNode(crypto, left, right));
  });

  it('of a node take two hashes and nothing else', () => {
    expect(() => hashNode(crypto, short, leafHash)).toThrow(HashLength);
    expect(() => hashNode(crypto, leafHash, short)).toThrow(HashLength);
  });

  it('of the empty tree cannot be changed for others', () => {
    emptyRoot().fill(0);
    expect(emptyRoot()).toEqual(tree.root(0));
  });

  it('pushed into a tree may be reused by their owner', () => {
    const builder = new RootBuilder(crypto);
    const buffer = Uint8Array.from(leafHash);
    builder.push(buffer);
    buffer.fill(0);
    expect(builder.root()).toEqual(leafHash);
    builder.root().fill(0);
    expect(builder.root()).toEqual(leafHash);
    expect(builder.size).toBe(1);
    expect(() => {
      builder.push(short);
    }).toThrow(HashLength);
  });
});

describe('a proof of inclusion', () => {
  it('gives back what it proves', () => {
    expect(verifyInclusion(crypto, inclusion)).toEqual({ leafHash, index: 2, ...head(5) });
  });

  it.each([-1, 1.5, 2 ** 53, Number.NaN])('has no size %d', (size) => {
    expect(() => verifyInclusion(crypto, { ...inclusion, size })).toThrow(SizeOutOfRange);
  });

  it.each([-1, 5, 1.5, 2 ** 53])('has no index %d in a tree of 5', (index) => {
    expect(() => verifyInclusion(crypto, { ...inclusion, index })).toThrow(IndexOutOfRange);
  });

  it('says for each fault which it is', () => {
    const refused = (changes: Partial<typeof inclusion>) => () =>
      verifyInclusion(crypto, { ...inclusion, ...changes });
    expect(refused({ index: 0, size: 0 })).toThrow(IndexOutOfRange);
    expect(refused({ leafHash: short })).toThrow(HashLength);
    expect(refused({ root: short })).toThrow(HashLength);
    expect(refused({ proof: [short, ...inclusion.proof.slice(1)] })).toThrow(HashLength);
    expect(refused({ proof: [] })).toThrow(ProofLength);
    expect(refused({ proof: [...inclusion.proof, leafHash] })).toThrow(ProofLength);
    expect(refused({ root: tree.root(4) })).toThrow(RootMismatch);
  });
});

describe('a proof of growth', () => {
  it('says for each fault which it is', () => {
    const refused = (changes: Partial<typeof growth>) => () =>
      verifyConsistency(crypto, { ...growth, ...changes });
    expect(refused({})).not.toThrow();
    for (const size1 of [0, 6, -1, 2.5]) expect(refused({ size1 })).toThrow(SizeOutOfRange);
    expect(refused({ size2: 2 ** 53 })).toThrow(SizeOutOfRange);
    expect(refused({ root1: short })).toThrow(HashLength);
    expect(refused({ root2: short })).toThrow(HashLength);
    expect(refused({ proof: growth.proof.with(0, short) })).toThrow(HashLength);
    expect(refused({ proof: [...growth.proof.slice(0, -1), short] })).toThrow(HashLength);
    expect(refused({ proof: [] })).toThrow(ProofLength);
    expect(refused({ proof: [...growth.proof, leafHash] })).toThrow(ProofLength);
    expect(refused({ root1: leafHash })).toThrow('first root');
    expect(refused({ root2: leafHash })).toThrow('second root');
    expect(refused({ size1: 5, root1: growth.root2 })).toThrow(ProofLength);
    expect(refused({ size1: 5, root1: growth.root2, proof: [] })).not.toThrow();
    expect(refused({ size1: 5, proof: [] })).toThrow(RootMismatch);
  });

  it('lets a keeper of heads go forward only', () => {
    const { proof } = growth;
    const next = head(5);
    expect(verifyGrowth(crypto, head(3), { next, proof })).toEqual(next);
    expect(verifyGrowth(crypto, next, { next, proof: [] })).toEqual(next);
    expect(() => verifyGrowth(crypto, next, { next: head(3), proof })).toThrow(RolledBack);
    expect(() => verifyGrowth(crypto, next, { next: head(0), proof: [] })).toThrow(RolledBack);
    expect(() =>
      verifyGrowth(crypto, next, { next: { size: 5, root: leafHash }, proof: [] }),
    ).toThrow(SplitView);
    expect(() => verifyGrowth(crypto, head(4), { next, proof })).toThrow(ProofLength);
  });

  it('needs nothing when nothing was known, and accepts nothing superfluous', () => {
    for (const known of [null, head(0)]) {
      expect(verifyGrowth(crypto, known, { next: head(5), proof: [] })).toEqual(head(5));
      expect(verifyGrowth(crypto, known, { next: head(0), proof: [] })).toEqual(head(0));
      const superfluous = { next: head(5), proof: [leafHash] };
      expect(() => verifyGrowth(crypto, known, superfluous)).toThrow(ProofLength);
    }
    const nothing = { size: 0, root: leafHash };
    expect(() => verifyGrowth(crypto, null, { next: nothing, proof: [] })).toThrow(EmptyTree);
    expect(() => verifyGrowth(crypto, nothing, { next: head(1), proof: [] })).toThrow(EmptyTree);
  });

  it('is not needed to see a split view', () => {
    expect(compareHeads(head(3), head(3))).toBe('same');
    expect(compareHeads(head(3), { size: 3, root: leafHash })).toBe('split');
    expect(compareHeads(head(3), head(5))).toBe('needs-proof');
  });
});
