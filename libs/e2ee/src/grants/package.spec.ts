import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseThreadState, type ThreadState } from '@enlace/contracts';
import { concatBytes, parseHex, parseId, sha256, toHex, u32be, utf8 } from '@enlace/kernel';
import { flipBit, refusalOf, SeededRandom } from '@enlace/testing';

import { cryptoReady, keyedHash, label } from '../sodium.js';
import { openPackage, sealPackage, type ExpectedPackage } from './package.js';
import { sealBox } from './sealed-box.js';

interface Vectors {
  readonly seed: string;
  readonly epochKey: string;
  readonly groupInfo: string;
  readonly state: string;
  readonly hex: string;
  /** Other bytes at an offset. */
  readonly refused: readonly {
    readonly why: string;
    readonly at: number;
    readonly hex: string;
    readonly rule: string;
  }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/package.json', import.meta.url), 'utf8'),
);

const epochKey = parseHex(vectors.epochKey);
const groupInfo = parseHex(vectors.groupInfo);
const state: ThreadState = parseThreadState(vectors.state);
const blob = parseHex(vectors.hex);
const expected = (bytes: Uint8Array, change: Partial<ExpectedPackage> = {}): ExpectedPackage => ({
  threadId: state.threadId,
  incarnation: state.incarnation,
  epoch: state.epoch,
  packageHash: sha256(bytes),
  ...change,
});
beforeAll(cryptoReady);

describe('the package of an epoch', () => {
  it('is frozen, and opens under the key of the epoch', () => {
    const made = sealPackage({ groupInfo, state }, epochKey, new SeededRandom(vectors.seed));
    expect(toHex(made)).toBe(vectors.hex);
    const opened = openPackage(blob, epochKey, expected(blob));
    expect(toHex(opened.groupInfo)).toBe(vectors.groupInfo);
    expect(opened.state).toEqual(state);
  });

  it.each(vectors.refused)('is refused: $why', ({ at, hex, rule }) => {
    const bytes = Uint8Array.from(blob);
    bytes.set(parseHex(hex), at);
    expect(refusalOf(() => openPackage(bytes, epochKey, expected(bytes)))).toBe(rule);
  });

  it('is refused with any bit changed, even by who may sign its hash', () => {
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const changed = flipBit(blob, bit);
      const rule = refusalOf(() => openPackage(changed, epochKey, expected(changed)));
      expect({ bit, rule }).toEqual({ bit, rule: bit < 64 ? 'scope' : 'sealed' });
      expect(refusalOf(() => openPackage(changed, epochKey, expected(blob)))).toBe('hash');
    }
  });

  it('is of one thread, incarnation and epoch, and under one key', () => {
    const changes: readonly [Partial<ExpectedPackage>, string][] = [
      [{ threadId: parseId('01900000-0000-7000-8000-000000000009') }, 'sealed'],
      [{ incarnation: state.incarnation + 1 }, 'sealed'],
      [{ epoch: state.epoch + 1 }, 'scope'],
    ];
    for (const [change, rule] of changes) {
      expect(refusalOf(() => openPackage(blob, epochKey, expected(blob, change)))).toBe(rule);
    }
    const otherKey = flipBit(epochKey, 0);
    expect(refusalOf(() => openPackage(blob, otherKey, expected(blob)))).toBe('sealed');
  });

  it('is refused for what a member could seal in it that is no package', () => {
    const text = utf8(vectors.state);
    const info = concatBytes(u32be(groupInfo.length), groupInfo);
    const other = utf8(vectors.state.replace(`"epoch":${state.epoch}`, '"epoch":1'));
    const contents: readonly [Uint8Array, string][] = [
      [new Uint8Array(), 'form'],
      [info, 'form'],
      [concatBytes(info, u32be(text.length), text, Uint8Array.of(0)), 'form'],
      [concatBytes(info, u32be(text.length + 1), text, utf8(' ')), 'form'],
      [concatBytes(u32be(0xffff_ffff), groupInfo), 'form'],
      [concatBytes(info, u32be(1), Uint8Array.of(0xc3)), 'form'],
      [concatBytes(info, u32be(other.length), other), 'scope'],
    ];
    for (const [content, rule] of contents) {
      const bytes = planted(content);
      expect(refusalOf(() => openPackage(bytes, epochKey, expected(bytes)))).toBe(rule);
    }
    for (const length of [0, 7, 32, 47]) {
      const cut = blob.subarray(0, length);
      expect(refusalOf(() => openPackage(cut, epochKey, expected(cut)))).toBe('form');
    }
  });
});

/** Sealed as a package is, with another content: every member can. */
function planted(content: Uint8Array): Uint8Array {
  const head = blob.subarray(0, 8);
  const nonce = new Uint8Array(24).fill(3);
  const bound = concatBytes(
    parseHex(state.threadId.replaceAll('-', '')),
    u32be(state.incarnation),
    head,
  );
  const key = keyedHash(epochKey, label('enlace/package/v1'));
  return concatBytes(head, nonce, sealBox(content, { key, nonce, bound }));
}
