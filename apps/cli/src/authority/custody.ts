import type { Random } from '@enlace/kernel';

/** Custodians of a State root; any two of them have it, one alone has nothing. */
export const CUSTODIANS = [1, 2, 3] as const;
export type Custodian = (typeof CUSTODIANS)[number];

/** What one custodian holds: a half for each of the two others, in the order of their numbers. */
export type Halves = readonly [Uint8Array, Uint8Array];

export interface Holding {
  readonly custodian: Custodian;
  readonly halves: Halves;
}

/**
 * Splits a seed among three: for each pair one half is fresh random bytes and the other is those xor the seed, so that
 * either half alone says nothing about it. No library, no field arithmetic: a custodian can check it by hand.
 */
export function splitSeed(seed: Uint8Array, random: Random): readonly Holding[] {
  const with12 = random.bytes(seed.length);
  const with13 = random.bytes(seed.length);
  const with23 = random.bytes(seed.length);
  return [
    { custodian: 1, halves: [with12, with13] },
    { custodian: 2, halves: [xor(with12, seed), with23] },
    { custodian: 3, halves: [xor(with13, seed), xor(with23, seed)] },
  ];
}

/** The seed from the halves of two different custodians. The caller checks it against the public key. */
export function joinHalves(one: Holding, other: Holding): Uint8Array {
  if (one.custodian === other.custodian) throw new RangeError('one custodian alone has no seed');
  return xor(halfFor(one, other.custodian), halfFor(other, one.custodian));
}

function halfFor({ custodian, halves }: Holding, other: Custodian): Uint8Array {
  return CUSTODIANS.filter((each) => each !== custodian).indexOf(other) === 0
    ? halves[0]
    : halves[1];
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, at) => byte ^ (b[at] ?? 0));
}
