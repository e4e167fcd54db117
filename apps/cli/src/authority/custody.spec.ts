import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';
import { joinHalves, splitSeed } from './custody.js';

const seed = systemRandom.bytes(32);

describe('the custody of a root', () => {
  it('gives the seed to any two custodians, in either order', () => {
    const holdings = splitSeed(seed, systemRandom);
    expect(holdings.map(({ custodian }) => custodian)).toEqual([1, 2, 3]);
    for (const one of holdings) {
      for (const other of holdings.filter((each) => each !== one)) {
        expect(joinHalves(one, other)).toEqual(seed);
      }
    }
  });

  it('gives one custodian random bytes only: his halves are the same for another seed', () => {
    const drawn: Uint8Array<ArrayBuffer>[] = [];
    const recording = {
      bytes(length: number) {
        drawn.push(systemRandom.bytes(length));
        return Uint8Array.from(drawn.at(-1) ?? []);
      },
    };
    const holdings = splitSeed(seed, recording);
    expect(drawn).toHaveLength(3);
    // For each custodian there are draws that explain what he holds with a seed of all zeros as well.
    for (const { custodian, halves } of holdings) {
      let next = 0;
      const masks = {
        1: [halves[0], halves[1], drawn[2]],
        2: [halves[0], drawn[1], halves[1]],
        3: [drawn[0], halves[0], halves[1]],
      }[custodian];
      const replay = { bytes: () => Uint8Array.from(masks[next++] ?? []) };
      const other = splitSeed(new Uint8Array(32), replay).find(
        (each) => each.custodian === custodian,
      );
      expect(other?.halves).toEqual(halves);
    }
  });

  it('never joins a custodian with himself', () => {
    const [one] = splitSeed(seed, systemRandom);
    expect(() => joinHalves(one as never, one as never)).toThrow(RangeError);
  });
});
