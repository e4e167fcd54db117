import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { WRAP_BYTES } from '@enlace/contracts';
import { parseHex, parseId, systemClock, systemRandom, toHex, type PersonId } from '@enlace/kernel';

import { cryptoReady } from '../sodium.js';
import type { WrapSecret } from './key-encryption.js';
import { describeWrap, openWrap, wrapRootKey } from './wrap.js';

const rosa = parseId<PersonId>('7f2b5a4e-5d0c-4c58-9d35-0c8a6a1f7b21');
const omar = parseId<PersonId>('d4a1f6e0-3b7a-4f19-8a42-6c1c0f2e9b55');
const rootKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const options = { personId: rosa, clock: systemClock, random: systemRandom };
const passkey: WrapSecret = { kind: 'passkey', prf: systemRandom.bytes(32) };
const recovery: WrapSecret = { kind: 'recovery', code: systemRandom.bytes(20) };
const passphrase: WrapSecret = {
  kind: 'passphrase',
  passphrase: 'seis palabras que nadie adivina',
};

beforeAll(cryptoReady);

describe('a wrap of the vault root key', () => {
  it.each([passkey, recovery, passphrase])('opens under its $kind and nothing else', (secret) => {
    const wrap = wrapRootKey(rootKey, secret, options);
    expect(wrap).toHaveLength(WRAP_BYTES);
    expect(describeWrap(wrap).kind).toBe(secret.kind);
    expect(toHex(openWrap(wrap, secret, rosa))).toBe(toHex(rootKey));
    expect(() => openWrap(wrap, secret, omar)).toThrow('another kind or person');
  });

  it.each<[WrapSecret, WrapSecret]>([
    [passkey, { kind: 'passkey', prf: systemRandom.bytes(32) }],
    [recovery, { kind: 'recovery', code: systemRandom.bytes(20) }],
    [passphrase, { kind: 'passphrase', passphrase: 'otra' }],
  ])('stays closed under another secret of its kind', (right, wrong) => {
    expect(() => openWrap(wrapRootKey(rootKey, right, options), wrong, rosa)).toThrow(
      'does not open',
    );
  });

  it('never takes the secret of one kind for another', () => {
    const bytes = systemRandom.bytes(32);
    const wrap = wrapRootKey(rootKey, { kind: 'passkey', prf: bytes }, options);
    wrap[1] = 3;
    expect(() => openWrap(wrap, { kind: 'recovery', code: bytes }, rosa)).toThrow('does not open');
  });

  it('refuses every changed bit', () => {
    const wrap = wrapRootKey(rootKey, recovery, options);
    for (let bit = 0; bit < WRAP_BYTES * 8; bit += 1) {
      const changed = Uint8Array.from(wrap);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openWrap(changed, recovery, rosa)).toThrow(/wrap|cost/);
    }
  });

  it('refuses other lengths', () => {
    const wrap = wrapRootKey(rootKey, recovery, options);
    for (const length of [0, 1, 159]) {
      expect(() => openWrap(wrap.subarray(0, length), recovery, rosa)).toThrow('160 bytes');
    }
  });

  it.each([
    { memoryKiB: 64 * 1024 - 1, passes: 3 },
    { memoryKiB: 64 * 1024, passes: 2 },
    { memoryKiB: 1024 * 1024 + 1, passes: 3 },
    { memoryKiB: 64 * 1024, passes: 11 },
  ])(
    'refuses the passphrase cost $memoryKiB KiB x $passes on both sides, before working',
    (cost) => {
      expect(() => wrapRootKey(rootKey, passphrase, { ...options, cost })).toThrow('out of bounds');
      const planted = wrapRootKey(rootKey, recovery, options);
      planted[1] = 2;
      const view = new DataView(planted.buffer);
      view.setUint32(48, cost.memoryKiB);
      view.setUint32(52, cost.passes);
      expect(() => openWrap(planted, passphrase, rosa)).toThrow('out of bounds');
    },
  );

  it('refuses a root key of another length', () => {
    expect(() => wrapRootKey(rootKey.subarray(1), recovery, options)).toThrow(RangeError);
  });
});

describe('frozen wraps', () => {
  interface Vector {
    readonly kind: 'passkey' | 'passphrase' | 'recovery';
    readonly secret: string;
    readonly wrap: string;
  }
  const vectors = JSON.parse(
    readFileSync(new URL('../../vectors/vault-wrap.json', import.meta.url), 'utf8'),
  ) as { person: string; rootKey: string; wraps: Vector[] };

  const secretOf = ({ kind, secret }: Vector): WrapSecret => {
    if (kind === 'passphrase') return { kind, passphrase: secret };
    return kind === 'passkey' ? { kind, prf: parseHex(secret) } : { kind, code: parseHex(secret) };
  };

  it('hold one of each kind', () => {
    expect(vectors.wraps.map(({ kind }) => kind)).toEqual(['passkey', 'passphrase', 'recovery']);
  });

  it.each(vectors.wraps)('the $kind wrap still opens', (vector) => {
    const opened = openWrap(parseHex(vector.wrap), secretOf(vector), parseId(vectors.person));
    expect(toHex(opened)).toBe(vectors.rootKey);
  });
});
