/**
 * The transparency log against bare hashing: each round measures the baseline (SHA-256 over the 65 bytes of a node)
 * and every case once, interleaved, so that a busy neighbour slows all of them; reported are medians over the rounds
 * and their ratio to the baseline per hash.
 */
import { utf8, u64be } from '@enlace/kernel';
import { MemoryTiles, nodeTlogCrypto as crypto } from '@enlace/testing';
import {
  EMPTY_EDGE,
  extendTiles,
  formatEntryBundle,
  hashLeaf,
  RootBuilder,
  parseEntryBundle,
  VerifiedTiles,
  verifyInclusion,
  type TreeHead,
} from '@enlace/tlog';

import { median } from './timing.js';

const ROUNDS = 5;
const SIZE = 1_000_000;
const SMALL_SIZE = 100_000;
const BATCH = 4096;
const BASELINE_HASHES = 100_000;
const PROOFS = 200;
const LEAF_BYTES = 58;

const leafOf = (index: number): Uint8Array => {
  const leaf = new Uint8Array(LEAF_BYTES).fill(1);
  leaf.set(u64be(index), 2);
  return leaf;
};
const bundles = Array.from({ length: Math.ceil(SIZE / 256) }, (_, at) =>
  formatEntryBundle(
    Array.from({ length: Math.min(256, SIZE - at * 256) }, (__, position) =>
      leafOf(at * 256 + position),
    ),
  ),
);

const tiles = new MemoryTiles();
let edge = EMPTY_EDGE;
let head: TreeHead = { size: 0, root: crypto.sha256(utf8('')) };
for (let from = 0; from < SIZE; from += 64 * 256) {
  const hashes = bundles
    .slice(from / 256, from / 256 + 64)
    .flatMap((bundle, at) => parseEntryBundle(bundle, Math.min(256, SIZE - from - at * 256)))
    .map((leaf) => hashLeaf(crypto, leaf));
  const next = extendTiles(crypto, edge, hashes);
  tiles.store(next.tiles);
  ({ edge } = next);
  head = next;
}
const batch = Array.from({ length: BATCH }, (_, at) => hashLeaf(crypto, leafOf(SIZE + at)));

const rebuild = (size: number): void => {
  const builder = new RootBuilder(crypto);
  for (let at = 0; at * 256 < size; at += 1) {
    const bundle = bundles[at] ?? new Uint8Array();
    for (const leaf of parseEntryBundle(bundle, Math.min(256, SIZE - at * 256))) {
      if (builder.size < size) builder.push(hashLeaf(crypto, leaf));
    }
  }
};
const indexOf = (at: number): number => (at * 499_979) % SIZE;
const warm = await VerifiedTiles.open(crypto, tiles, head);
for (let at = 0; at < PROOFS; at += 1) await warm.inclusionProof(indexOf(at));
const proven = await warm.inclusionProof(7);
const leafHash = await warm.leafHash(7);

interface Case {
  readonly name: string;
  /** Units of work of one run, and what a unit is. */
  readonly count: number;
  readonly unit: string;
  readonly run: () => void | Promise<void>;
}
const cases: readonly Case[] = [
  {
    name: 'bare SHA-256 of 65 bytes',
    count: BASELINE_HASHES,
    unit: 'hash',
    run: () => {
      const node = new Uint8Array(65);
      for (let at = 0; at < BASELINE_HASHES; at += 1) crypto.sha256(node);
    },
  },
  {
    name: `append ${BATCH} leaves to ${SIZE}`,
    count: BATCH,
    unit: 'leaf',
    run: () => {
      extendTiles(crypto, edge, batch);
    },
  },
  {
    name: `inclusion proof at ${SIZE}, tiles read and checked`,
    count: PROOFS / 10,
    unit: 'proof',
    run: async () => {
      for (let at = 0; at < PROOFS / 10; at += 1) {
        const cold = await VerifiedTiles.open(crypto, tiles, head);
        await cold.inclusionProof(indexOf(at));
      }
    },
  },
  {
    name: `inclusion proof at ${SIZE}, tiles cached`,
    count: PROOFS,
    unit: 'proof',
    run: async () => {
      for (let at = 0; at < PROOFS; at += 1) await warm.inclusionProof(indexOf(at));
    },
  },
  {
    name: `verify an inclusion proof at ${SIZE}`,
    count: PROOFS,
    unit: 'proof',
    run: () => {
      for (let at = 0; at < PROOFS; at += 1) {
        verifyInclusion(crypto, { leafHash, index: 7, ...head, proof: proven });
      }
    },
  },
  {
    name: `rebuild ${SMALL_SIZE} leaves from bundles`,
    count: SMALL_SIZE,
    unit: 'leaf',
    run: () => {
      rebuild(SMALL_SIZE);
    },
  },
  {
    name: `rebuild ${SIZE} leaves from bundles`,
    count: SIZE,
    unit: 'leaf',
    run: () => {
      rebuild(SIZE);
    },
  },
];

const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { name, count, run } of cases) {
    const startNs = process.hrtime.bigint();
    await run();
    samples.get(name)?.push(Number(process.hrtime.bigint() - startNs) / 1000 / count);
  }
}
const baseline = samples.get(cases[0]?.name ?? '') ?? [];
for (const { name, count, unit } of cases) {
  const micros = samples.get(name) ?? [];
  const ratio = median(micros.map((value, round) => value / (baseline[round] ?? Number.NaN)));
  const perSecond = Math.round(1e6 / median(micros));
  const row = [
    name.padEnd(52),
    `${median(micros).toFixed(2)} µs/${unit}`.padStart(20),
    `${perSecond} ${unit}/s`.padStart(20),
    `${((median(micros) * count) / 1000).toFixed(1)} ms a run`.padStart(18),
    `${ratio.toFixed(2)} x a bare hash`,
  ];
  process.stdout.write(`${row.join('  ')}\n`);
}
