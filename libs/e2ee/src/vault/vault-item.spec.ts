import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { VAULT_ITEM_TYPES } from '@enlace/contracts';
import { parseHex, parseId, systemRandom, toHex, utf8, type PersonId } from '@enlace/kernel';

import { cryptoReady } from '../sodium.js';
import {
  openVaultItem,
  sealVaultItem,
  VAULT_WRITE_LIMIT_BYTES,
  vaultItemId,
  type VaultItemName,
} from './vault-item.js';

beforeAll(cryptoReady);

const rootKey = systemRandom.bytes(32);
const rosa = parseId<PersonId>('6f1c2c1e-0d4b-4c55-9a7e-2f0e4c1d9b3a');
const threadId = parseId<never>('01900000-0000-7000-8000-000000000001');
const shredHalf = systemRandom.bytes(32);
const place = { rootKey, personId: rosa, version: 3 };
const names: readonly VaultItemName[] = [
  { type: 'person-key' },
  { type: 'epoch-keys', threadId, epoch: 5, shredHalf },
  { type: 'pins', name: 'roots' },
  { type: 'heads', name: 'roots' },
  { type: 'settings', name: 'roots' },
];
const content = utf8('what only the person reads');
const seal = (name: VaultItemName) =>
  sealVaultItem(content, name, { ...place, random: systemRandom });

describe('an item of the vault', () => {
  it.each(names)('of type $type opens under its own name, person, version and key', (name) => {
    const item = seal(name);
    expect(openVaultItem(item, name, place)).toEqual(content);
    const malformed = expect.objectContaining({ code: 'vault.malformed' });
    for (const other of names.filter((each) => each !== name)) {
      expect(() => openVaultItem(item, other, place)).toThrow(malformed);
    }
    const strangers = [
      { ...place, version: 2 },
      { ...place, personId: parseId<PersonId>('00000000-0000-4000-8000-000000000000') },
      { ...place, rootKey: systemRandom.bytes(32) },
    ];
    for (const stranger of strangers) {
      expect(() => openVaultItem(item, name, stranger)).toThrow(malformed);
    }
  });

  it('refuses every changed byte', () => {
    const name = names[0] as VaultItemName;
    const item = seal(name);
    for (const at of item.keys()) {
      const changed = Uint8Array.from(item);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openVaultItem(changed, name, place)).toThrow(
        expect.objectContaining({ code: at < 64 ? 'vault.malformed' : 'vault.not-opened' }),
      );
    }
  });

  it('refuses lengths that cannot be', () => {
    const name = names[0] as VaultItemName;
    const malformed = expect.objectContaining({ code: 'vault.malformed' });
    for (const length of [0, 63, 103, VAULT_WRITE_LIMIT_BYTES + 1]) {
      expect(() => openVaultItem(new Uint8Array(length), name, place)).toThrow(malformed);
    }
    const long = new Uint8Array(VAULT_WRITE_LIMIT_BYTES);
    expect(() => sealVaultItem(long, name, { ...place, random: systemRandom })).toThrow(malformed);
  });

  it('holds 64 epochs of one thread, and does not open without the half of the server', () => {
    const of = (epoch: number) =>
      toHex(vaultItemId(rootKey, { type: 'epoch-keys', threadId, epoch }));
    expect(of(0)).toBe(of(63));
    expect(of(64)).not.toBe(of(63));
    const name = names[1] as VaultItemName & { type: 'epoch-keys' };
    const item = seal(name);
    const shredded = { ...name, shredHalf: new Uint8Array(32) };
    expect(() => openVaultItem(item, shredded, place)).toThrow(
      expect.objectContaining({ code: 'vault.not-opened' }),
    );
    const short = { ...name, shredHalf: new Uint8Array(16) };
    expect(() => openVaultItem(item, short, place)).toThrow(
      expect.objectContaining({ code: 'vault.malformed' }),
    );
  });

  it('has an id that differs for each name and each root key', () => {
    const ids = [rootKey, systemRandom.bytes(32)].flatMap((key) =>
      names.map((name) => toHex(vaultItemId(key, name))),
    );
    expect(new Set(ids).size).toBe(2 * Object.keys(VAULT_ITEM_TYPES).length);
  });

  it('begins with version 1', () => {
    const zero = { ...place, version: 0, random: systemRandom };
    expect(() => sealVaultItem(content, { type: 'person-key' }, zero)).toThrow(RangeError);
  });
});

describe('frozen items', () => {
  interface Vector {
    readonly name: Record<string, string | number>;
    readonly itemId: string;
    readonly item: string;
  }
  const vectors = JSON.parse(
    readFileSync(new URL('../../vectors/vault-item.json', import.meta.url), 'utf8'),
  ) as { person: string; rootKey: string; version: number; content: string; items: Vector[] };

  const nameOf = ({ name }: Vector): VaultItemName =>
    (typeof name['shredHalf'] === 'string'
      ? { ...name, shredHalf: parseHex(name['shredHalf']) }
      : name) as unknown as VaultItemName;

  it('hold one of each type', () => {
    expect(vectors.items.map(({ name }) => name['type'])).toEqual(Object.keys(VAULT_ITEM_TYPES));
  });

  it.each(vectors.items)('the item $name.type still opens under its id', (vector) => {
    const key = parseHex(vectors.rootKey);
    const name = nameOf(vector);
    expect(toHex(vaultItemId(key, name))).toBe(vector.itemId);
    const opened = openVaultItem(parseHex(vector.item), name, {
      rootKey: key,
      personId: parseId(vectors.person),
      version: vectors.version,
    });
    expect(toHex(opened)).toBe(vectors.content);
  });
});
