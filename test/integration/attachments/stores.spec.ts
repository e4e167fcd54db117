import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock, systemRandom, toHex } from '@enlace/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { AttachmentStore } from '../../../apps/api/src/attachments/store/attachment-store.js';
import { DiskStore } from '../../../apps/api/src/attachments/store/disk-store.js';
import { S3Bucket } from '../../../apps/api/src/attachments/store/s3-bucket.js';
import { S3Store } from '../../../apps/api/src/attachments/store/s3-store.js';
import { portOf } from '../../../apps/api/src/platform/http/port-of.js';
import { freePort } from '../../support/free-port.js';
import { HAS_SWIFT, SwiftServer } from '../../support/objects/swift-server.js';

const START_MS = 120_000;
/** More files than one answer of a store lists. */
const MANY = 1_002;

/** A store, and how it begins and ends. */
interface Place {
  start(): Promise<AttachmentStore>;
  end(): Promise<void>;
}

class OnDisk implements Place {
  #folder = '';

  async start() {
    this.#folder = await mkdtemp(join(tmpdir(), 'enlace-store-'));
    return new DiskStore(this.#folder);
  }

  async end() {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

class InBucket implements Place {
  swift: SwiftServer | null = null;

  async start() {
    this.swift = await SwiftServer.start();
    return new S3Store(new S3Bucket(this.swift.settings()));
  }

  async end() {
    await this.swift?.end();
  }
}

const newKey = () => toHex(systemRandom.bytes(32));

async function read(store: AttachmentStore, key: string, [from, to]: readonly [number, number]) {
  const parts: Buffer[] = [];
  for await (const part of await store.read(key, { from, to })) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const allKeys = async (store: AttachmentStore): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of store.keys()) keys.push(key);
  return keys;
};

// Where the machine has no Swift, the list is one shorter: .ci/run installs one.
const places: readonly (readonly [string, Place])[] = [
  ['a folder', new OnDisk()],
  ...(HAS_SWIFT ? [['a bucket', new InBucket()] as const] : []),
];

describe.each(places)('attached files in %s', (_name, place) => {
  let store: AttachmentStore;
  let key: string;
  beforeAll(async () => {
    store = await place.start();
  }, START_MS);
  afterAll(async () => place.end());
  beforeEach(() => {
    key = newKey();
  });

  it('are read as they were written, in any stretch, while they grow and after', async () => {
    const bytes = Buffer.from(systemRandom.bytes(700_000));
    const ends = [0, 1, 65_536, 300_000, 699_999, 700_000];
    for (const [at, to] of ends.slice(1).entries()) {
      const from = ends[at] ?? 0;
      await store.assertRoom(to - from);
      await store.write(key, from, bytes.subarray(from, to));
      expect((await read(store, key, [from, to])).equals(bytes.subarray(from, to))).toBe(true);
    }
    await store.seal(key);
    await store.seal(key);
    for (const from of ends) {
      for (const to of ends.filter((one) => one > from)) {
        const stretch = bytes.subarray(from + 1, to - 1);
        if (stretch.length === 0) continue;
        expect((await read(store, key, [from + 1, to - 1])).equals(stretch)).toBe(true);
      }
    }
  });

  it('take the same part twice, and another one where the first was never confirmed', async () => {
    const [first, second] = [systemRandom.bytes(5_000), systemRandom.bytes(3_000)];
    await store.write(key, 0, first);
    await store.write(key, 0, first);
    await store.write(key, 0, second);
    await store.write(key, 3_000, first);
    const whole = Buffer.concat([second, first]);
    expect((await read(store, key, [0, 8_000])).equals(whole)).toBe(true);
  });

  it('that are not there are not read', async () => {
    await expect(read(store, key, [0, 10])).rejects.toThrow(/ENOENT|lacks bytes/u);
  });

  it('are known by their keys and by when they changed, until they are forgotten', async () => {
    const other = newKey();
    for (const one of [key, other]) await store.write(one, 0, systemRandom.bytes(10));
    await store.write(key, 10, systemRandom.bytes(10));
    await store.seal(other);
    expect(await allKeys(store)).toEqual(expect.arrayContaining([key, other]));
    for (const one of [key, other]) {
      const agoMs = systemClock.nowMs() - ((await store.changedAtMs(one)) ?? 0);
      expect(Math.abs(agoMs)).toBeLessThan(60_000);
      await store.remove(one);
      await store.remove(one);
      expect(await store.changedAtMs(one)).toBeNull();
    }
    const left = await allKeys(store);
    expect(left).not.toContain(key);
    expect(left).not.toContain(other);
  });
});

/** At most so many at once. */
const AT_ONCE = 16;

async function inParallel(items: readonly number[], work: (item: number) => Promise<void>) {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** A store that takes a connection and says nothing. */
async function aMuteStore(): Promise<Server> {
  const mute = createServer();
  await new Promise<void>((resolve) => {
    mute.listen(0, '127.0.0.1', resolve);
  });
  return mute;
}

const bucketAt = (port: number) =>
  new S3Store(
    new S3Bucket({
      endpoint: `http://127.0.0.1:${port}`,
      bucket: 'enlace',
      region: 'us-east-1',
      accessKeyId: 'enlace',
      secretAccessKey: 'of-a-test',
    }),
  );

describe('a store of objects that is away', () => {
  it.each([
    ['refuses connections', null],
    ['says nothing', aMuteStore],
  ])(
    'because it %s is told as such, and nothing waits for ever',
    async (_why, start) => {
      const mute = start === null ? null : await start();
      const store = bucketAt(mute === null ? await freePort() : portOf(mute));
      const away = { code: 'service.unavailable' };
      await expect(store.write('a', 0, systemRandom.bytes(9))).rejects.toMatchObject(away);
      mute?.close();
    },
    60_000,
  );
});

// No table: one without rows is an error, and there may be none.
if (HAS_SWIFT) {
  describe('a bucket', () => {
    const place = new InBucket();
    let store: S3Store;
    beforeAll(async () => {
      store = await place.start();
    }, START_MS);
    afterAll(async () => place.end());

    it('lists more files, and more parts of one, than fit into an answer', async () => {
      const one = systemRandom.bytes(1);
      const key = newKey();
      const offsets = Array.from({ length: MANY }, (_one, at) => at);
      await inParallel(offsets, async (at) => store.write(key, at, one));
      await inParallel(offsets, async () => store.write(newKey(), 0, one));
      expect(await read(store, key, [0, MANY])).toHaveLength(MANY);
      expect(await allKeys(store)).toHaveLength(MANY + 1);
    }, 240_000);

    it('of somebody else is not read and not written', async () => {
      const { swift } = place;
      if (swift === null) throw new Error('not started');
      const stranger = { ...swift.settings(), secretAccessKey: 'another' };
      const theirs = new S3Store(new S3Bucket(stranger));
      const refused = { code: 'service.unavailable' };
      await expect(theirs.write(newKey(), 0, systemRandom.bytes(9))).rejects.toMatchObject(refused);
      await expect(allKeys(theirs)).rejects.toMatchObject(refused);
    });

    it('goes on where it was when its door opens again', async () => {
      const { swift } = place;
      const key = newKey();
      await store.write(key, 0, systemRandom.bytes(100));
      await swift?.close();
      await expect(store.write(key, 100, systemRandom.bytes(100))).rejects.toMatchObject({
        code: 'service.unavailable',
      });
      await swift?.open();
      await store.write(key, 100, systemRandom.bytes(100));
      expect(await read(store, key, [0, 200])).toHaveLength(200);
    }, 60_000);
  });
}
