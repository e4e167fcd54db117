import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { toHex, sha256 } from '@enlace/kernel';

import { CleaningRounds } from '../../../../apps/api/src/attachments/cleaning-rounds.js';
import { S3Bucket } from '../../../../apps/api/src/attachments/store/s3-bucket.js';
import { HAS_SWIFT, SwiftServer } from '../../../support/objects/swift-server.js';
import { KilledNode } from '../../../support/sessions/killed-node.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import { FileHand } from '../../../support/threads/file-hand.js';
import { sealedBytes } from '../../../support/threads/sealed-bytes.js';
import { startThreadServer, ThreadStory } from '../../../support/threads/thread-story.js';
import { until } from '../../../support/until.js';

/** After the request has left, in milliseconds: before it is read, while it is written, after it is answered. */
const KILLED_AFTER_MS = [2, 8, 20, 40];

// Where the machine has no Swift, the list is one shorter: .ci/run installs one.
const stores: readonly (readonly [string, boolean])[] = [
  ['a folder', false],
  ...(HAS_SWIFT ? [['a bucket of an S3-compatible store', true] as const] : []),
];

describe.each(stores)('over %s', (_name, isBucket) => {
  let node: KilledNode;
  let swift: SwiftServer | null = null;
  beforeAll(async () => {
    await cryptoReady();
    if (isBucket) swift = await SwiftServer.start();
    node = await KilledNode.begin(swift?.environment());
  }, 120_000);
  afterAll(async () => {
    await node.close();
    await swift?.end();
  });

  it('an upload goes on where it was, however often the server is killed in it', async () => {
    const story = await ThreadStory.begin(node.api);
    const file = new FileHand(story.rosa, undefined, sealedBytes(120));
    const part = Math.ceil(file.bytes.length / KILLED_AFTER_MS.length);
    await file.reserve();
    let offset = 0;
    for (const ms of KILLED_AFTER_MS) {
      const next = file.bytes.subarray(offset, offset + part);
      const sent = file.put(offset, next).catch(() => null);
      await pause(ms);
      await node.killAndRestart();
      await sent;
      await file.hand.device.signIn();
      const again = await file.reserve();
      // All of the part or nothing of it.
      expect([offset, offset + next.length]).toContain(again.body.offset);
      // A node that has just begun may say for a moment that its log is behind.
      await until(async () => (await file.ticket()).body.code === 'attachment.not-found');
      offset = again.body.offset;
    }
    while (offset < file.bytes.length) {
      const answer = await file.put(offset, file.bytes.subarray(offset, offset + part));
      expect(answer.status).toBe(204);
      offset = Number(answer.headers['upload-offset']);
    }
    const completed = file.complete().catch(() => null);
    await pause(10);
    await node.killAndRestart();
    await completed;
    await file.hand.device.signIn();
    expect((await file.complete()).status).toBe(204);
    const { ticket } = await file.ticketed();
    const { body } = await file.get(ticket);
    expect(toHex(sha256(body))).toBe(toHex(sha256(file.bytes)));
  }, 120_000);
});

// No table: one without rows is an error, and there may be none.
if (HAS_SWIFT) {
  describe('files of threads in a bucket', () => {
    aBucketThatIsAway();
  });
}

function aBucketThatIsAway(): void {
  let swift: SwiftServer;
  let api: SessionServer;
  let story: ThreadStory;
  beforeAll(async () => {
    await cryptoReady();
    swift = await SwiftServer.start();
    api = await startThreadServer(swift.environment());
    story = await ThreadStory.begin(api);
  }, 120_000);
  afterAll(async () => {
    await api.close();
    await swift.end();
  });

  const stored = async (): Promise<number> => {
    const names: string[] = [];
    for await (const { name } of new S3Bucket(swift.settings()).list('')) names.push(name);
    return names.length;
  };

  it('go up in parts and come down in ranges, while the store is away and comes back', async () => {
    const file = new FileHand(story.rosa, undefined, sealedBytes(100));
    const { partBytes } = ATTACHMENT_LIMITS;
    await file.reserve();
    expect((await file.put(0, file.bytes.subarray(0, partBytes))).status).toBe(204);
    await swift.close();
    const refused = await file.put(partBytes, file.bytes.subarray(partBytes));
    expect([refused.status, refused.body.code]).toEqual([503, 'service.unavailable']);
    expect((await file.reserve()).body.offset).toBe(partBytes);
    await swift.open();
    expect((await file.put(0, file.bytes.subarray(0, partBytes))).status).toBe(204);
    expect((await file.put(partBytes, file.bytes.subarray(partBytes))).status).toBe(204);
    expect((await file.complete()).status).toBe(204);
    expect((await file.name()).status).toBe(200);
    const { ticket } = await file.ticketed();
    expect(toHex(sha256((await file.get(ticket)).body))).toBe(toHex(sha256(file.bytes)));
    const range = { range: `bytes=${partBytes - 5}-${partBytes + 4}` };
    const across: Buffer = (await file.get(ticket, range)).body;
    expect(across.equals(file.bytes.subarray(partBytes - 5, partBytes + 5))).toBe(true);
    await swift.close();
    expect((await file.get(ticket)).status).toBe(503);
    await swift.open();
  }, 120_000);

  it('go when their time is over, every part of them', async () => {
    const before = await stored();
    const half = new FileHand(story.rosa, undefined, sealedBytes(100));
    await half.reserve();
    await half.put(0, half.bytes.subarray(0, 1_000));
    await half.put(1_000, half.bytes.subarray(1_000, 2_000));
    expect(await stored()).toBe(before + 2);
    api.clock.ms += ATTACHMENT_LIMITS.uploadMs + 2 * 3_600_000;
    await api.server.app.get(CleaningRounds, { strict: false }).round();
    expect(await stored()).toBe(before);
  }, 120_000);
}
