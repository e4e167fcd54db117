import { beforeAll, describe, expect, it } from '@jest/globals';

import { systemRandom, utf8 } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';

import { SealedStore } from './sealed-store.js';

const value = utf8('what only this device reads');
const damaged = expect.objectContaining({ code: 'store.damaged' });

describe('a sealed store', () => {
  let key: CryptoKey;
  const sealed = (inner: MemoryStore, with_ = key) =>
    new SealedStore(inner, { key: with_, random: systemRandom });

  beforeAll(async () => {
    key = await SealedStore.importKey(systemRandom.bytes(32));
  });

  it('gives back what was put, and shows none of it to the store below', async () => {
    const inner = new MemoryStore();
    const store = sealed(inner);
    await store.put('device', 'token', value);
    expect(await store.get('device', 'token')).toEqual(value);
    expect(await store.get('device', 'other')).toBeNull();
    expect(await store.keys('device')).toEqual(['token']);
    const below = Buffer.from(inner.tables.get('device')?.get('token') ?? []);
    expect(below.includes(Buffer.from(value))).toBe(false);
    await store.delete('device', 'token');
    expect(await store.get('device', 'token')).toBeNull();
  });

  it('seals changes that belong together one by one, and hands them on as one', async () => {
    const inner = new MemoryStore();
    const store = sealed(inner);
    await store.put('t', 'gone', value);
    await store.commit([
      { table: 't', key: 'a', value },
      { table: 'u', key: 'b', value },
      { table: 't', key: 'gone', value: null },
    ]);
    expect([await store.get('t', 'a'), await store.get('u', 'b')]).toEqual([value, value]);
    expect(await store.get('t', 'gone')).toBeNull();
    expect(inner.tables.get('t')?.get('a')).not.toEqual(inner.tables.get('u')?.get('b'));
    inner.failNextWrite('and-not-persist');
    const more = ['c', 'd'].map((name) => ({ table: 't', key: name, value }));
    await expect(store.commit(more)).rejects.toThrow('the disk failed');
    expect(await store.keys('t')).toEqual(['a']);
  });

  it('lets no value answer for another, not even across the border of table and key', async () => {
    const inner = new MemoryStore();
    await sealed(inner).put('ab', 'c', value);
    const bytes = inner.tables.get('ab')?.get('c') ?? new Uint8Array();
    for (const [table, name] of [
      ['ab', 'd'],
      ['a', 'bc'],
      ['b', 'c'],
    ] as const) {
      await inner.put(table, name, bytes);
      await expect(sealed(inner).get(table, name)).rejects.toThrow(damaged);
    }
  });

  it('refuses every changed byte, a cut value and another key', async () => {
    const inner = new MemoryStore();
    await sealed(inner).put('t', 'k', value);
    const bytes = inner.tables.get('t')?.get('k') ?? new Uint8Array();
    for (const at of bytes.keys()) {
      await inner.put('t', 'k', bytes.with(at, (bytes[at] ?? 0) ^ 1));
      await expect(sealed(inner).get('t', 'k')).rejects.toThrow(damaged);
    }
    await inner.put('t', 'k', bytes.subarray(0, 27));
    await expect(sealed(inner).get('t', 'k')).rejects.toThrow(damaged);
    await inner.put('t', 'k', bytes);
    const other = await SealedStore.importKey(systemRandom.bytes(32));
    await expect(sealed(inner, other).get('t', 'k')).rejects.toThrow(damaged);
  });

  it('seals the same value differently each time, and hides its key', async () => {
    const inner = new MemoryStore();
    await sealed(inner).put('t', '1', value);
    await sealed(inner).put('t', '2', value);
    const [one, two] = ['1', '2'].map((name) => inner.tables.get('t')?.get(name));
    expect(one).not.toEqual(two);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow('not extractable');
  });
});
