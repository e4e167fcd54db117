import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cryptoReady } from '@enlace/e2ee';
import { toHex, sha256 } from '@enlace/kernel';

import { KilledNode } from '../../../support/sessions/killed-node.js';
import { FileHand } from '../../../support/threads/file-hand.js';
import { sealedBytes } from '../../../support/threads/sealed-bytes.js';
import { ThreadStory } from '../../../support/threads/thread-story.js';

/** After the request has left, in milliseconds: before it is read, while it is written, after it is answered. */
const KILLED_AFTER_MS = [2, 8, 20, 40];

let node: KilledNode;
beforeAll(async () => {
  await cryptoReady();
  node = await KilledNode.begin();
});
afterAll(async () => node.close());

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
    expect((await file.ticket()).body.code).toBe('attachment.not-found');
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
