import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { utf8 } from '@enlace/kernel';
import { flipBit, MemoryTiles, NaiveTree, nodeTlogCrypto as crypto } from '@enlace/testing';

import {
  HashLength,
  IndexOutOfRange,
  RootMismatch,
  SizeOutOfRange,
  TileShort,
} from '../tlog-error.js';
import { verifyConsistency } from '../tree/consistency.js';
import { hashLeaf } from '../tree/hash.js';
import { verifyInclusion } from '../tree/inclusion.js';
import { tilesOfSize } from './tile-path.js';
import { edgeRoot, EMPTY_EDGE, extendTiles, openEdge, type TreeEdge } from './tree-edge.js';
import { VerifiedTiles } from './verified-tiles.js';

const LARGEST = 1100;
const entries = Array.from({ length: LARGEST }, (_, index) => utf8(`entry ${index}`));
const leafHashes = entries.map((entry) => hashLeaf(crypto, entry));
const tree = new NaiveTree(entries);
const headOf = (size: number) => ({ size, root: tree.root(size) });

/** A log grown in batches of the given sizes. */
const grow = (batches: readonly number[]): { edge: TreeEdge; tiles: MemoryTiles } => {
  const tiles = new MemoryTiles();
  let edge = EMPTY_EDGE;
  for (const batch of batches) {
    const next = extendTiles(crypto, edge, leafHashes.slice(edge.size, edge.size + batch));
    tiles.store(next.tiles);
    expect(next.root).toEqual(tree.root(next.size));
    edge = next.edge;
  }
  return { edge, tiles };
};

describe('tiles', () => {
  it('hold the same tree, however it was appended', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 6 }), (batches) => {
        const within = batches.filter(
          (_, at) => batches.slice(0, at + 1).reduce((a, b) => a + b, 0) <= LARGEST,
        );
        const size = within.reduce((a, b) => a + b, 0);
        const [grown, whole] = [grow(within), grow([size])];
        expect(grown.edge).toEqual(whole.edge);
        expect(grown.tiles.rows).toEqual(whole.tiles.rows);
      }),
      { numRuns: 10 },
    );
  });

  it('are exactly those of the size, and each row only grows', () => {
    const tiles = new MemoryTiles();
    let edge = EMPTY_EDGE;
    for (let at = 0; at < LARGEST; at += 11) {
      const next = extendTiles(crypto, edge, leafHashes.slice(at, at + 11));
      for (const { level, index, hashes } of next.tiles) {
        const before = tiles.rows.get(`${level}/${index}`) ?? new Uint8Array();
        expect(hashes.subarray(0, before.length)).toEqual(before);
      }
      tiles.store(next.tiles);
      edge = next.edge;
      const expected = tilesOfSize(edge.size).flatMap(({ level, fullTiles, partialWidth }) => [
        ...Array.from({ length: fullTiles }, (_, index) => [`${level}/${index}`, 8192]),
        ...(partialWidth > 0 ? [[`${level}/${fullTiles}`, partialWidth * 32]] : []),
      ]);
      const rows = [...tiles.rows].map(([key, { length }]) => [key, length]);
      expect(new Map(rows as [string, number][])).toEqual(new Map(expected as [string, number][]));
      expect(edgeRoot(crypto, edge)).toEqual(tree.root(edge.size));
    }
  });

  it('refuse leaves that are no hashes, and an edge that is not of its size', () => {
    const { edge } = grow([300]);
    expect(() => extendTiles(crypto, edge, [new Uint8Array(31)])).toThrow(HashLength);
    expect(() => extendTiles(crypto, { ...edge, size: 299 }, [])).toThrow(TileShort);
    expect(() => edgeRoot(crypto, { ...edge, partials: [] })).toThrow(TileShort);
    expect(extendTiles(crypto, edge, []).edge).toEqual(edge);
  });
});

describe('proofs read from tiles', () => {
  it.each([1, 2, 255, 256, 257, 300, 512, 1100])('verify in a tree of %i', async (size) => {
    const { tiles } = grow([size]);
    const { root } = headOf(size);
    const verified = await VerifiedTiles.open(crypto, tiles, headOf(size));
    for (let index = 0; index < size; index += 1 + Math.floor(size / 60)) {
      const proof = await verified.inclusionProof(index);
      const leafHash = await verified.leafHash(index);
      expect(proof).toEqual(tree.inclusionProof(index, size));
      expect(verifyInclusion(crypto, { leafHash, index, size, root, proof }).index).toBe(index);
      const size1 = index + 1;
      const growth = await verified.consistencyProof(size1);
      expect(growth).toEqual(tree.consistencyProof(size1, size));
      const claim = { size1, root1: tree.root(size1), size2: size, root2: root, proof: growth };
      expect(verifyConsistency(crypto, claim).size1).toBe(size1);
    }
  });

  it('of every published size come from the rows of a larger tree', async () => {
    const { tiles } = grow([1100]);
    for (const size of [1, 200, 256, 700, 1024, 1099]) {
      const verified = await VerifiedTiles.open(crypto, tiles, headOf(size));
      expect(await verified.inclusionProof(size - 1)).toEqual(tree.inclusionProof(size - 1, size));
    }
  });

  it('ask for each tile once', async () => {
    const { tiles } = grow([1100]);
    const verified = await VerifiedTiles.open(crypto, tiles, headOf(1100));
    await Promise.all([3, 3, 200].map(async (index) => verified.inclusionProof(index)));
    expect(tiles.reads).toBe(3);
  });

  it('may be written to by their owner without harm to the next one', async () => {
    const { tiles } = grow([300]);
    const verified = await VerifiedTiles.open(crypto, tiles, headOf(300));
    for (const hash of await verified.inclusionProof(7)) hash.fill(0);
    (await verified.leafHash(7)).fill(0);
    expect(await verified.leafHash(7)).toEqual(leafHashes[7]);
    expect(await verified.inclusionProof(7)).toEqual(tree.inclusionProof(7, 300));
  });

  it('do not exist outside the tree', async () => {
    const verified = await VerifiedTiles.open(crypto, grow([300]).tiles, headOf(300));
    for (const index of [-1, 300, 0.5]) {
      await expect(verified.inclusionProof(index)).rejects.toThrow(IndexOutOfRange);
      await expect(verified.leafHash(index)).rejects.toThrow(IndexOutOfRange);
    }
    for (const size1 of [0, 301, 1.5]) {
      await expect(verified.consistencyProof(size1)).rejects.toThrow(SizeOutOfRange);
    }
    const empty = await VerifiedTiles.open(crypto, new MemoryTiles(), headOf(0));
    await expect(empty.inclusionProof(0)).rejects.toThrow(IndexOutOfRange);
  });
});

describe('a changed tile', () => {
  const size = 517;

  it('is refused at every bit, and the error names the tile', async () => {
    const { tiles } = grow([size]);
    for (const [key, row] of tiles.rows) {
      // Every bit of the partial tiles; one bit of every hash of the full ones.
      const step = row.length === 8192 ? 257 : 1;
      for (let bit = 0; bit < row.length * 8; bit += step) {
        tiles.rows.set(key, flipBit(row, bit));
        const reading = VerifiedTiles.open(crypto, tiles, headOf(size)).then(async (verified) =>
          verified.inclusionProof(key === '0/1' ? 300 : 5),
        );
        await expect(reading).rejects.toThrow(RootMismatch);
      }
      tiles.rows.set(key, row);
    }
    tiles.rows.set('0/0', new Uint8Array(8192));
    const verified = await VerifiedTiles.open(crypto, tiles, headOf(size));
    await expect(verified.leafHash(0)).rejects.toMatchObject({ facts: { level: 0, index: 0 } });
  });

  it('is refused when it is short, missing, or of another tree', async () => {
    const { tiles } = grow([size]);
    tiles.rows.set('0/0', tiles.rows.get('0/0')?.subarray(0, 8191) ?? new Uint8Array());
    const verified = await VerifiedTiles.open(crypto, tiles, headOf(size));
    await expect(verified.leafHash(0)).rejects.toThrow(TileShort);
    tiles.rows.delete('0/2');
    await expect(openEdge(crypto, tiles, headOf(size))).rejects.toThrow(TileShort);
    const other = { size, root: tree.root(size - 1) };
    await expect(openEdge(crypto, grow([size]).tiles, other)).rejects.toThrow(RootMismatch);
  });

  it('may be read again after a failure that has passed', async () => {
    const { tiles } = grow([size]);
    const verified = await VerifiedTiles.open(crypto, tiles, headOf(size));
    const row = tiles.rows.get('0/0') ?? new Uint8Array();
    tiles.rows.delete('0/0');
    await expect(verified.leafHash(0)).rejects.toThrow(TileShort);
    tiles.rows.set('0/0', row);
    expect(await verified.leafHash(0)).toEqual(leafHashes[0]);
  });

  it('may be longer than asked: a full tile stands in for a partial one', async () => {
    const { tiles } = grow([size]);
    const whole = {
      readTile: ({ level, index }: { level: number; index: number }) =>
        Promise.resolve(tiles.rows.get(`${level}/${index}`) ?? new Uint8Array()),
    };
    const verified = await VerifiedTiles.open(crypto, whole, headOf(300));
    expect(await verified.inclusionProof(299)).toEqual(tree.inclusionProof(299, 300));
  });
});
