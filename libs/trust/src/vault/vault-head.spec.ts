import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { parseHex, parseId, systemRandom, toHex, type PersonId } from '@enlace/kernel';

import { publicKeyOf, signObject } from '../sign-object.js';
import { cryptoReady } from '../sodium.js';
import {
  assertVaultContents,
  signVaultHead,
  vaultEntry,
  verifyVaultHead,
  type VaultEntry,
} from './vault-head.js';

const personId = parseId<PersonId>('6f1c2c1e-0d4b-4c55-9a7e-2f0e4c1d9b3a');
const seed = systemRandom.bytes(32);
const wraps = [systemRandom.bytes(160), systemRandom.bytes(160)];
let entries: readonly VaultEntry[];
let signKeys: readonly Uint8Array[];
let wire: string;

beforeAll(async () => {
  await cryptoReady();
  entries = [1, 2, 3].map((version) =>
    vaultEntry(systemRandom.bytes(32), version, systemRandom.bytes(200)),
  );
  signKeys = [publicKeyOf(systemRandom.bytes(32)), publicKeyOf(seed)];
  wire = signVaultHead({ personId, counter: 7, entries, wraps }, seed);
});

const refusal = (rule: string) =>
  expect.objectContaining({ code: 'vault.head-refused', facts: { rule } });

describe('the head of a vault', () => {
  it('is what a device of the person signed over all items and wraps, in any order', () => {
    const head = verifyVaultHead(wire, { personId, signKeys });
    expect(head.counter).toBe(7);
    assertVaultContents(head, { entries: entries.toReversed(), wraps: wraps.toReversed() });
  });

  it('is refused from another key, for another person and with a second signature', () => {
    const stranger = [publicKeyOf(systemRandom.bytes(32))];
    expect(() => verifyVaultHead(wire, { personId, signKeys: stranger })).toThrow(
      refusal('signer'),
    );
    const omar = parseId<PersonId>('00000000-0000-4000-8000-000000000000');
    expect(() => verifyVaultHead(wire, { personId: omar, signKeys })).toThrow(refusal('person'));
    const twice = signObject(
      'enlace/vault-head/v1',
      { personId, counter: 7, root: 'a', wrapsHash: 'a' },
      [seed, systemRandom.bytes(32)],
    );
    expect(() => verifyVaultHead(twice, { personId, signKeys })).toThrow(refusal('members'));
  });

  it('is never a signature that was made for something else', () => {
    const body = { personId, counter: 7, root: 'A'.repeat(43), wrapsHash: 'A'.repeat(43) };
    const other = signObject('enlace/approval/v1', body, [seed]);
    expect(() => verifyVaultHead(other, { personId, signKeys })).toThrow(refusal('signer'));
    expect(() => verifyVaultHead('{}', { personId, signKeys })).toThrow(refusal('form'));
  });

  it.each([
    ['a counter of zero', { counter: 0 }],
    ['a counter that is text', { counter: '7' }],
    ['a short root', { root: 'AAAA' }],
    ['no person', { personId: 'rosa' }],
    ['one member more', { extra: 1 }],
  ])('is refused with %s', (_what, change) => {
    const body = {
      personId,
      counter: 7,
      root: 'A'.repeat(43),
      wrapsHash: 'A'.repeat(43),
      ...change,
    };
    const bad = signObject('enlace/vault-head/v1', body, [seed]);
    expect(() => verifyVaultHead(bad, { personId, signKeys })).toThrow(refusal('members'));
  });

  it('tells when the server leaves out, adds, swaps or ages an item, or a wrap', () => {
    const head = verifyVaultHead(wire, { personId, signKeys });
    const [first, second, third] = entries as [VaultEntry, VaultEntry, VaultEntry];
    const lies = [
      [second, third],
      [...entries, vaultEntry(systemRandom.bytes(32), 1, new Uint8Array(1))],
      [{ ...first, hash: second.hash }, second, third],
      [{ ...first, version: 2 }, second, third],
      [],
    ];
    for (const lie of lies) {
      expect(() => assertVaultContents(head, { entries: lie, wraps })).toThrow(refusal('items'));
    }
    const twice = { entries: [...entries, first], wraps };
    expect(() => assertVaultContents(head, twice)).toThrow(refusal('item-twice'));
    const short = { entries: [{ ...first, hash: new Uint8Array(31) }], wraps };
    expect(() => assertVaultContents(head, short)).toThrow(refusal('item-form'));
    for (const other of [wraps.slice(1), [...wraps, systemRandom.bytes(160)], []]) {
      expect(() => assertVaultContents(head, { entries, wraps: other })).toThrow(refusal('wraps'));
    }
  });

  it('has a counter that begins at 1', () => {
    expect(() => signVaultHead({ personId, counter: 0, entries, wraps }, seed)).toThrow(RangeError);
  });

  it('has a form for ever', () => {
    const vector = JSON.parse(
      readFileSync(new URL('../../vectors/vault-head.json', import.meta.url), 'utf8'),
    ) as {
      person: string;
      seed: string;
      counter: number;
      entries: { itemId: string; version: number; item: string }[];
      wraps: string[];
      wire: string;
      root: string;
    };
    const contents = {
      entries: vector.entries.map(({ itemId, version, item }) =>
        vaultEntry(parseHex(itemId), version, parseHex(item)),
      ),
      wraps: vector.wraps.map(parseHex),
    };
    const frozenSeed = parseHex(vector.seed);
    const of = { personId: parseId<PersonId>(vector.person), counter: vector.counter, ...contents };
    expect(signVaultHead(of, frozenSeed)).toBe(vector.wire);
    const signers = { personId: of.personId, signKeys: [publicKeyOf(frozenSeed)] };
    expect(toHex(verifyVaultHead(vector.wire, signers).root)).toBe(vector.root);
  });
});
