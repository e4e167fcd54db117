import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DeviceCounter,
  fetchVault,
  HttpTransport,
  makeVaultKeys,
  openRootKey,
  personItems,
  readPersonItems,
  recordedVaultCounter,
  Session,
  signIn,
  softwareProofKey,
  Vault,
  type VaultKeys,
  type VaultParts,
  type VaultRevision,
  type VaultRollback,
} from '@enlace/client';
import type { VaultShown } from '@enlace/contracts';
import {
  canonicalJson,
  parseBase64Url,
  parseId,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type PersonId,
} from '@enlace/kernel';
import { forTestsOnlySeed, MemoryStore, testId } from '@enlace/testing';
import { publicKeyOf, signVaultHead } from '@enlace/trust';

import { startSessionServer, type SessionServer } from '../support/sessions/session-server.js';
import { TestDevice } from '../support/sessions/test-device.js';
import { aWrap } from '../support/vault/hand-made.js';

const STORY_MS = 60_000;
const ROSA = parseId<PersonId>(testId('cr-rosa', 4));
const SETTINGS = { type: 'settings', name: 'page' } as const;
const recovery = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
const passkey = { kind: 'passkey', prf: systemRandom.bytes(32) } as const;

let api: SessionServer;
let requests = 0;
let device: TestDevice;
let session: Session;
let store: MemoryStore;
let parts: VaultParts;
let keys: VaultKeys;
/** What the server answers in place of the truth. */
let lie: (path: string, told: VaultShown & { item: string }) => object;
const honest = (_path: string, told: object): object => told;

beforeAll(async () => {
  api = await startSessionServer();
}, STORY_MS);
afterAll(async () => api.close());

beforeEach(async () => {
  lie = honest;
  api.clock.ms += 60_000;
  await api.database.asAdmin('DELETE FROM app.vault_items');
  await api.database.asAdmin('DELETE FROM app.vaults');
  device = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  store = new MemoryStore();
  session = await aSession();
  parts = partsOf(store);
  const making = { personId: ROSA, clock: systemClock, random: systemRandom };
  keys = makeVaultKeys([recovery, passkey], making);
});

/** The client that we ship, and a server between it and the real one that changes what is answered. */
async function aSession(): Promise<Session> {
  const transport = new HttpTransport(api.url, async (url, init) => {
    // Each request comes from an address of its own: limits are another test's matter.
    requests += 1;
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', `10.9.${(requests >> 8) & 255}.${requests & 255}`);
    const real = await fetch(url, { ...init, headers });
    const { pathname } = new URL(url);
    const isVault = init.method === 'GET' && pathname.startsWith('/vault') && real.ok;
    if (!isVault) return real;
    const told = lie(pathname, JSON.parse(await real.text()));
    return new Response(JSON.stringify(told), { status: real.status, headers: real.headers });
  });
  const key = softwareProofKey(systemRandom.bytes(32));
  const counter = await DeviceCounter.open(store);
  const { deviceId } = device;
  const signing = {
    deviceId: parseId<never>(deviceId),
    deviceCert: api.region.newestId('device-cert', 'CR', deviceId),
    seed: forTestsOnlySeed(device.deviceName),
    build: 'B'.repeat(43),
  };
  const opened = await signIn(transport, signing, { key, counter });
  const ports = { clock: systemClock, random: systemRandom, keepRotated: async () => {} };
  return new Session(transport, {
    ...opened.session,
    ...ports,
    deviceId: parseId(deviceId),
    key,
    counter,
  });
}

const partsOf = (mine: MemoryStore): VaultParts => ({
  session,
  store: mine,
  personId: ROSA,
  signKeys: [publicKeyOf(forTestsOnlySeed(device.deviceName))],
  random: systemRandom,
});
const seed = () => forTestsOnlySeed(device.deviceName);
const items = () => personItems({ identitySeed: systemRandom.bytes(32), trustStoreText: 'roots' });
const begin = async () => Vault.begin(parts, seed(), { keys, items: items() });
/** As on another device of the person, or after a while. */
const opened = async (of = partsOf(new MemoryStore())): Promise<Vault> => {
  const fetched = await fetchVault(of);
  const rootKey = openRootKey(fetched.wraps, recovery, ROSA);
  return Vault.of(of, seed(), { rootKey, fetched });
};
const write = async (vault: Vault, text: string) =>
  vault.change([{ name: SETTINGS, revise: () => utf8(text) }]);
const readText = async (vault: Vault) => {
  const bytes = await vault.read(SETTINGS);
  return bytes === null ? null : parseUtf8(bytes);
};
const seen = async (): Promise<VaultShown> => {
  let told: VaultShown | null = null;
  lie = (path, body) => {
    if (path === '/vault') told = body;
    return body;
  };
  await fetchVault(partsOf(new MemoryStore()));
  lie = honest;
  if (told === null) throw new Error('nothing was told');
  return told;
};
const headRefused = (rule: string) =>
  expect.objectContaining({ code: 'vault.head-refused', facts: { rule } });
const ROLLBACK = expect.objectContaining({ code: 'vault.rolled-back' });

describe('T5: a vault on an honest server', () => {
  it('opens on another device by any of its ways, and both write without losing anything', async () => {
    const first = await begin();
    const second = await opened();
    await write(first, 'one');
    const add = (text: string) => (before: Uint8Array | null) =>
      utf8(`${before === null ? '' : parseUtf8(before)}+${text}`);
    await second.change([{ name: SETTINGS, revise: add('two') }]);
    await first.change([{ name: SETTINGS, revise: add('three') }]);
    await second.refresh();
    expect(await readText(second)).toBe('one+two+three');
    expect(second.counter).toBe(4);
    const { wraps } = await fetchVault(parts);
    expect(openRootKey(wraps, passkey, ROSA)).toEqual(keys.rootKey);
  });

  it('shuts a way for ever: everything is sealed again, and the old key opens nothing', async () => {
    const vault = await begin();
    await write(vault, 'kept');
    const making = { personId: ROSA, clock: systemClock, random: systemRandom };
    const other = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
    const next = makeVaultKeys([other, passkey], making);
    await vault.rotate(next, async () => null);
    expect(await readText(vault)).toBe('kept');
    const fetched = await fetchVault(parts);
    expect(() => openRootKey(fetched.wraps, recovery, ROSA)).toThrow('no wrap opens');
    const stale = Vault.of(parts, seed(), { rootKey: keys.rootKey, fetched });
    const notOpened = expect.objectContaining({ code: 'vault.not-opened' });
    await expect(stale.read(SETTINGS)).rejects.toEqual(notOpened);
    await expect(write(stale, 'under the old key')).rejects.toEqual(notOpened);
    expect((await fetchVault(parts)).head?.counter).toBe(3);
    const fresh = Vault.of(parts, seed(), { rootKey: next.rootKey, fetched });
    expect(await readText(fresh)).toBe('kept');
  });

  it('that another device sealed again takes no write under the old key, not even after a lost race', async () => {
    const first = await begin();
    const second = await opened();
    const other = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
    const making = { personId: ROSA, clock: systemClock, random: systemRandom };
    await first.rotate(makeVaultKeys([other, passkey], making), async () => null);
    await expect(write(second, 'late')).rejects.toMatchObject({ code: 'vault.not-opened' });
    expect(await readText(first)).toBeNull();
    expect((await fetchVault(parts)).head?.counter).toBe(2);
  });

  it('is begun once: after a lost answer by the same keys, and by no others', async () => {
    const vault = await begin();
    expect((await begin()).counter).toBe(vault.counter);
    const making = { personId: ROSA, clock: systemClock, random: systemRandom };
    keys = makeVaultKeys([recovery, passkey], making);
    await expect(begin()).rejects.toMatchObject({ code: 'vault.incomplete' });
  });
});

describe('T5: a server that lies about a vault', () => {
  it('rolls it back, with its own old head: ROLLBACK, and nothing is overwritten', async () => {
    const vault = await begin();
    const old = await seen();
    await write(vault, 'newer');
    lie = (path, told) => (path === '/vault' ? old : told);
    await expect(fetchVault(parts)).rejects.toEqual(ROLLBACK);
    await expect(vault.refresh()).rejects.toEqual(ROLLBACK);
    expect(await readText(vault)).toBe('newer');
    lie = honest;
    expect((await fetchVault(parts)).head?.counter).toBe(2);
  });

  it('rolls it back before a device that has seen none: the own record gives it away, and it is stated', async () => {
    const vault = await begin();
    const old = await seen();
    await write(vault, 'newer');
    const stated: VaultRollback[] = [];
    const fresh = (): VaultParts => ({
      ...partsOf(new MemoryStore()),
      recordedCounter: async () => recordedVaultCounter(session),
      stateRollback: async (rollback) => void stated.push(rollback),
    });
    expect((await fetchVault(fresh())).head?.counter).toBe(2);
    lie = (path, told) => (path === '/vault' ? old : told);
    await expect(fetchVault(partsOf(new MemoryStore()))).resolves.toBeDefined();
    await expect(fetchVault(fresh())).rejects.toEqual(ROLLBACK);
    lie = () => ({ head: null, wraps: [], items: [] });
    await expect(fetchVault(fresh())).rejects.toEqual(ROLLBACK);
    expect(stated).toEqual([
      { expected: 2, found: 1 },
      { expected: 2, found: 0 },
    ]);
  });

  it('shows ways and items that nobody signed, to a device that knows of none: refused, and no rollback', async () => {
    await begin();
    const shown = await seen();
    const stated: VaultRollback[] = [];
    const fresh = (): VaultParts => ({
      ...partsOf(new MemoryStore()),
      stateRollback: async (rollback) => void stated.push(rollback),
    });
    for (const change of [{ items: [] }, { wraps: [] }]) {
      lie = () => ({ ...shown, head: null, ...change });
      await expect(fetchVault(fresh())).rejects.toEqual(headRefused('signer'));
    }
    expect(stated).toEqual([]);
  });

  it('is not suspected for what another device writes between two questions', async () => {
    const vault = await begin();
    const recordedCounter = async (): Promise<number | null> => {
      const recorded = await recordedVaultCounter(session);
      await write(vault, 'meanwhile');
      return recorded;
    };
    const fetched = await fetchVault({ ...partsOf(new MemoryStore()), recordedCounter });
    expect(fetched.head?.counter).toBe(2);
  });

  it('forks it, or says that there is none: ROLLBACK', async () => {
    const vault = await begin();
    const { items: listed, wraps } = await seen();
    const entries = listed.slice(1).map(({ itemId, version, hash }) => ({
      itemId: parseBase64Url(itemId),
      version,
      hash: parseBase64Url(hash),
    }));
    // Signed by a stolen device: the counter is the same, the vault another one.
    const forged = signVaultHead(
      { personId: ROSA, counter: vault.counter, entries, wraps: wraps.map(parseBase64Url) },
      seed(),
    );
    lie = () => ({ head: forged, wraps, items: listed.slice(1) });
    await expect(fetchVault(parts)).rejects.toEqual(ROLLBACK);
    lie = () => ({ head: null, wraps: [], items: [] });
    await expect(fetchVault(parts)).rejects.toEqual(ROLLBACK);
  });

  it('signs it with a key of its own, or shows more, fewer or other items and wraps', async () => {
    await begin();
    const shown = await seen();
    const [first, ...rest] = shown.items;
    if (first === undefined) throw new Error('no item');
    const alien = signVaultHead(
      { personId: ROSA, counter: 9, entries: [], wraps: [] },
      systemRandom.bytes(32),
    );
    const lies: readonly [string, Partial<VaultShown>][] = [
      ['signer', { head: alien }],
      ['items', { items: rest }],
      [
        'items',
        { items: [...shown.items, { ...first, itemId: toBase64Url(systemRandom.bytes(32)) }] },
      ],
      ['items', { items: [{ ...first, version: first.version + 1 }, ...rest] }],
      ['wraps', { wraps: shown.wraps.slice(1) }],
      ['wraps', { wraps: [...shown.wraps, toBase64Url(aWrap('passphrase', ROSA))] }],
    ];
    for (const [rule, change] of lies) {
      lie = () => ({ ...shown, ...change });
      await expect(fetchVault(partsOf(new MemoryStore()))).rejects.toEqual(headRefused(rule));
    }
  });

  it('swaps an item for another one, an older one or changed bytes', async () => {
    const vault = await begin();
    await write(vault, 'first');
    const kept = new Map<string, string>();
    lie = (path, told) => {
      kept.set(path, told.item);
      return told;
    };
    expect(await readText(vault)).toBe('first');
    const [[path = '', item = ''] = []] = kept;
    await write(vault, 'second');
    lie = (asked, told) => (asked === path ? { item } : told);
    await expect(vault.read(SETTINGS)).rejects.toEqual(headRefused('item'));
    lie = (asked, told) => {
      if (asked === '/vault') return told;
      const bytes = parseBase64Url(told.item);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return { item: toBase64Url(bytes) };
    };
    await expect(readText(vault)).rejects.toEqual(headRefused('item'));
    await expect(write(vault, 'third')).rejects.toEqual(headRefused('item'));
    lie = honest;
    expect(await readText(vault)).toBe('second');
  });

  it('plants a wrap that costs little, one of another person or kind: nothing is derived', async () => {
    const cheap = aWrap('passphrase', ROSA, { memoryKiB: 8 });
    const passphrase = { kind: 'passphrase', passphrase: 'seis palabras' } as const;
    const malformed = expect.objectContaining({ code: 'vault.malformed' });
    expect(() => openRootKey([cheap, ...keys.wraps], passphrase, ROSA)).toThrow(malformed);
    const costly = aWrap('passphrase', ROSA, { memoryKiB: 4_000_000 });
    expect(() => openRootKey([costly], passphrase, ROSA)).toThrow(malformed);
    const omar = parseId<PersonId>(testId('pa-omar', 4));
    expect(() => openRootKey(keys.wraps, recovery, omar)).toThrow(malformed);
    const swapped = keys.wraps.map((wrap) => {
      const bytes = Uint8Array.from(wrap);
      bytes[1] = bytes[1] === 1 ? 3 : 1;
      return bytes;
    });
    expect(() => openRootKey(swapped, recovery, ROSA)).toThrow('no wrap opens');
  });
});

describe('T5: what a device takes from a vault to be a person with', () => {
  const PERSON_KEY = { type: 'person-key' } as const;
  const own = () => ({
    identitySeed: forTestsOnlySeed('identity:cr-rosa'),
    trustStoreText: api.region.trustStoreText,
  });
  const holding = async (change: readonly VaultRevision[]): Promise<Vault> => {
    const vault = await Vault.begin(parts, seed(), { keys, items: personItems(own()) });
    if (change.length > 0) await vault.change(change);
    return vault;
  };
  const take = async (vault: Vault) =>
    readPersonItems(vault, {
      directory: api.region.directory,
      personId: ROSA,
      nowMs: api.clock.nowMs(),
    });

  it('is the key that two registrars certified, and the roots of the first device', async () => {
    expect(await take(await holding([]))).toEqual(own());
  });

  it.each<[string, string]>([
    ['another key, well made', canonicalJson({ v: 1, identitySeed: 'A'.repeat(43) })],
    ['a key of another length', canonicalJson({ v: 1, identitySeed: 'AAAA' })],
    ['a key of another version', canonicalJson({ v: 2, identitySeed: 'A'.repeat(43) })],
    ['no key but a list', '[]'],
  ])('is never %s', async (_, text) => {
    const vault = await holding([{ name: PERSON_KEY, revise: () => utf8(text) }]);
    await expect(take(vault)).rejects.toMatchObject({ code: 'vault.incomplete' });
  });

  it('is nothing where the key or the roots are missing', async () => {
    const [key, roots] = personItems(own());
    for (const item of [key, roots]) {
      await api.database.asAdmin('DELETE FROM app.vault_items');
      await api.database.asAdmin('DELETE FROM app.vaults');
      const mine = { ...partsOf(new MemoryStore()) };
      const made = { keys, items: item === undefined ? [] : [item] };
      const vault = await Vault.begin(mine, seed(), made);
      await expect(take(vault)).rejects.toMatchObject({ code: 'vault.incomplete' });
    }
  });
});
