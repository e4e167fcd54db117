import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UNLOCK_LIMITS } from '@enlace/client';
import { utf8 } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { loadProfile, newKeys, saveProfile } from './device-profile.js';
import { FileStore } from './file-store.js';
import { lockHome } from './home-lock.js';
import { createHome, isHome, openHome } from './home.js';
import { encodeJournal } from './store-journal.js';

const PASSPHRASE = 'una frase que nadie adivina';

let parent: string;
let folder: string;

beforeAll(cryptoReady);

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'enlace-home-'));
  folder = join(parent, 'rosa');
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

describe('the home of a device', () => {
  const profile = () => ({
    server: 'https://enlace.example',
    trustStore: '{}',
    invitation: 'enlace-invite:1:CR:...',
    step: 'made' as const,
    personId: null,
    deviceCert: null,
    keys: newKeys(),
  });

  it('keeps who it is between two commands, closed to others and sealed', async () => {
    const kept = profile();
    const made = await createHome(folder, PASSPHRASE);
    expect(await loadProfile(made.store)).toBeNull();
    await saveProfile(made.store, kept);
    made.close();
    const home = await openHome(folder, PASSPHRASE);
    expect(await loadProfile(home.store)).toEqual(kept);
    home.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'store.key')).mode & 0o777).toBe(0o600);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.some((path) => readFileSync(path).includes('enlace.example'))).toBe(false);
    expect(files.every((path) => (statSync(path).mode & 0o077) === 0)).toBe(true);
  });

  it('opens with its passphrase alone, and is never made over another', async () => {
    (await createHome(folder, PASSPHRASE)).close();
    const before = readFileSync(join(folder, 'store.key'), 'utf8');
    await expect(openHome(folder, 'otra frase igual de larga')).rejects.toThrow(
      expect.objectContaining({ code: 'key.not-opened' }),
    );
    await expect(createHome(folder, PASSPHRASE)).rejects.toThrow(
      expect.objectContaining({ code: 'file.exists' }),
    );
    expect(readFileSync(join(folder, 'store.key'), 'utf8')).toBe(before);
    // Nothing stays locked after a refusal.
    (await openHome(folder, PASSPHRASE)).close();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('takes no passphrase for a while after five wrong ones, whichever process was told them', async () => {
    (await createHome(folder, PASSPHRASE)).close();
    let nowMs = Date.parse('2026-11-27T12:00:00Z');
    const open = async (passphrase: string) => openHome(folder, passphrase, { nowMs: () => nowMs });
    for (let tries = 0; tries < UNLOCK_LIMITS.freeTries; tries += 1) {
      await expect(open('otra frase igual de larga')).rejects.toThrow(
        expect.objectContaining({ code: 'key.not-opened' }),
      );
    }
    await expect(open(PASSPHRASE)).rejects.toThrow(
      expect.objectContaining({ code: 'unlock.paused', facts: { retryAfterSeconds: 30 } }),
    );
    nowMs += UNLOCK_LIMITS.firstPauseMs;
    (await open(PASSPHRASE)).close();
    (await open(PASSPHRASE)).close();
  });

  it('says when there is none, and when its key file is none', async () => {
    expect(isHome(folder)).toBe(false);
    await expect(openHome(folder, PASSPHRASE)).rejects.toThrow(
      expect.objectContaining({ code: 'home.absent' }),
    );
    (await createHome(folder, PASSPHRASE)).close();
    for (const text of ['AAAA', 'not base64url!']) {
      writeFileSync(join(folder, 'store.key'), text);
      await expect(openHome(folder, PASSPHRASE)).rejects.toThrow(
        expect.objectContaining({ code: 'input.malformed' }),
      );
    }
  });

  it('refuses a value that was changed or moved', async () => {
    const home = await createHome(folder, PASSPHRASE);
    await saveProfile(home.store, profile());
    const [name = ''] = readdirSync(join(folder, 'store', 'device'));
    const path = join(folder, 'store', 'device', name);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, 20, 21));
    await expect(loadProfile(home.store)).rejects.toThrow(
      expect.objectContaining({ code: 'store.damaged' }),
    );
    home.close();
  });
});

describe('the store of files', () => {
  it('keeps any key, and leaves nothing unfinished', async () => {
    const store = new FileStore(folder);
    const keys = ['../../etc/passwd', 'ñandú', '.unfinished', ''];
    for (const key of keys) await store.put('t', `k${key}`, utf8(key));
    expect((await store.keys('t')).toSorted()).toEqual(keys.map((key) => `k${key}`).toSorted());
    expect(readdirSync(parent)).toEqual(['rosa']);
    expect(readdirSync(join(folder, 't'))).not.toContain('.unfinished');
    await store.delete('t', 'kñandú');
    await store.delete('t', 'kñandú');
    expect(await store.get('t', 'kñandú')).toBeNull();
    expect(await store.keys('other')).toEqual([]);
  });

  it('shows the old value, or none, when a write was cut short', async () => {
    const store = new FileStore(folder);
    await store.put('t', 'k', utf8('old'));
    writeFileSync(join(folder, 't', '.unfinished'), 'half of the ne');
    expect(await store.get('t', 'k')).toEqual(Buffer.from('old'));
    expect(await store.keys('t')).toEqual(['k']);
    await store.put('t', 'k', utf8('new'));
    expect(await store.get('t', 'k')).toEqual(Buffer.from('new'));
  });
});

describe('changes of a store that belong together', () => {
  const changes = [
    { table: 't', key: 'k', value: utf8('new') },
    { table: 'other', key: 'k', value: utf8('beside') },
    { table: 't', key: 'gone', value: null },
    { table: 't', key: 'twice', value: utf8('first') },
    { table: 't', key: 'twice', value: utf8('second') },
  ];
  const before = async () => {
    const store = new FileStore(folder);
    await store.put('t', 'k', utf8('old'));
    await store.put('t', 'gone', utf8('there'));
    return store;
  };
  const seen = async (store: FileStore) => {
    const texts = await Promise.all(
      [
        ['t', 'k'],
        ['other', 'k'],
        ['t', 'gone'],
        ['t', 'twice'],
      ].map(async ([table = '', key = '']) => store.get(table, key)),
    );
    return texts.map((bytes) => (bytes === null ? null : Buffer.from(bytes).toString()));
  };
  const OLD = ['old', null, 'there', null];
  const NEW = ['new', 'beside', null, 'second'];

  it('take effect together, and leave nothing behind but the values', async () => {
    const store = await before();
    await store.commit(changes);
    expect(await seen(store)).toEqual(NEW);
    expect(await seen(new FileStore(folder))).toEqual(NEW);
    expect(readdirSync(folder).toSorted()).toEqual(['other', 't']);
    await store.commit([]);
    expect(await seen(store)).toEqual(NEW);
  });

  it('had no effect where the command died before they were written down', async () => {
    await before();
    const journal = Buffer.from(encodeJournal(changes));
    for (const length of [0, 1, journal.length - 1, journal.length]) {
      writeFileSync(join(folder, '.unfinished'), journal.subarray(0, length));
      expect(await seen(new FileStore(folder))).toEqual(OLD);
    }
  });

  it.each(changes.map((_, done) => done))(
    'are finished by whoever comes next, the command dead after %i of them',
    async (done) => {
      const store = await before();
      for (const { table, key, value } of changes.slice(0, done)) {
        if (value === null) await store.delete(table, key);
        else await store.put(table, key, value);
      }
      writeFileSync(join(folder, '.journal'), encodeJournal(changes));
      const [next, listed, written] = [1, 2, 3].map(() => new FileStore(folder));
      expect(await listed?.keys('t')).toEqual(expect.arrayContaining(['k', 'twice']));
      expect(await seen(next as FileStore)).toEqual(NEW);
      writeFileSync(join(folder, '.journal'), encodeJournal(changes));
      await written?.put('t', 'k', utf8('newer'));
      expect(await seen(new FileStore(folder))).toEqual(['newer', ...NEW.slice(1)]);
    },
  );

  it('are refused when the journal is none, and stay for whoever can read it', async () => {
    await before();
    const damaged = expect.objectContaining({ code: 'store.damaged' });
    for (const text of ['', '{"changes":[]}', '{"changes":[{"key":"k","table":"t"}],"v":1}']) {
      writeFileSync(join(folder, '.journal'), text);
      await expect(new FileStore(folder).get('t', 'k')).rejects.toThrow(damaged);
      expect(existsSync(join(folder, '.journal'))).toBe(true);
    }
  });
});

describe('the lock of a home', () => {
  const lockFile = () => join(parent, 'lock');

  it('lets one command in, and the next one after it', () => {
    const first = lockHome(parent);
    expect(() => lockHome(parent)).toThrow(
      expect.objectContaining({ code: 'home.locked', facts: { folder: parent, pid: process.pid } }),
    );
    first.release();
    lockHome(parent).release();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('takes over from a command that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lockFile(), `${pid}\n`);
    const lock = lockHome(parent);
    expect(readFileSync(lockFile(), 'utf8')).toBe(`${process.pid}\n`);
    lock.release();
    expect(readdirSync(parent)).toEqual([]);
  });

  it('takes over a lock that says nothing', () => {
    writeFileSync(lockFile(), 'no number');
    lockHome(parent).release();
    expect(readdirSync(parent)).toEqual([]);
  });
});
