import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { newId, systemClock, systemRandom } from '@enlace/kernel';
import request from 'supertest';

import type { SessionServer } from '../../support/sessions/session-server.js';
import { anonymousBody } from '../../support/sessions/test-device.js';
import { FileHand } from '../../support/threads/file-hand.js';
import { sealedBytes } from '../../support/threads/sealed-bytes.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';

let api: SessionServer;
let story: ThreadStory;
let omar: ThreadHand;
let file: FileHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
});
afterAll(async () => api.close());
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  omar = await story.joinedBy('pa-omar');
  await story.rosa.read();
  file = await new FileHand(story.rosa, undefined, sealedBytes(2)).upload();
  await file.name();
});

const REFUSED = { status: 403, body: { code: 'ticket.refused' } };

describe('D16: a stranger', () => {
  it('is answered about a file of others as about one that never was', async () => {
    const esteban = await story.hand('cr-esteban');
    const [real, none] = [file.as(esteban), new FileHand(esteban)];
    const answers = async (one: FileHand) => [
      anonymousBody(await one.reserve()),
      anonymousBody(await one.put(0, one.bytes)),
      anonymousBody(await one.complete()),
      anonymousBody(await one.ticket()),
      anonymousBody(await one.get('A'.repeat(119))),
    ];
    expect(await answers(real)).toEqual(await answers(none));
    expect((await real.reserve()).body.code).toBe('thread.not-found');
    expect((await real.ticket()).body.code).toBe('thread.not-found');
  });

  it('finds no file by guessing or by a path', async () => {
    const { device, threadId } = omar;
    for (const name of ['..%2f', '%2e%2e%2fcontent', 'A'.repeat(36)]) {
      const path = `/threads/${threadId}/attachments/${name}/tickets`;
      const { status } = await device.send({ method: 'POST', path });
      expect([400, 404, 405]).toContain(status);
    }
    expect((await new FileHand(omar).ticket()).status).toBe(404);
  });
});

describe('D16: a member', () => {
  it('does not write on, complete or reserve anew what another one uploads', async () => {
    const half = new FileHand(story.rosa, undefined, sealedBytes(2));
    await half.reserve();
    await half.put(0, half.bytes.subarray(0, 1_000));
    const foreign = half.as(omar);
    expect((await foreign.reserve()).body.code).toBe('attachment.conflict');
    const ticket = half.reserved?.ticket ?? '';
    expect(await foreign.put(1_000, half.bytes.subarray(1_000), ticket)).toMatchObject(REFUSED);
    expect((await foreign.complete()).body.code).toBe('attachment.not-found');
    expect((await half.put(1_000, half.bytes.subarray(1_000))).status).toBe(204);
  });

  it('who was removed fetches nothing more, with the ticket of before', async () => {
    const own = file.as(omar);
    const { ticket } = await own.ticketed();
    expect((await own.get(ticket, { range: 'bytes=0-9' })).status).toBe(206);
    const remove = {
      op: 'remove',
      personId: omar.personId,
      deviceIds: [omar.deviceId],
      cause: 'removed',
    } as const;
    expect((await story.rosa.push(await story.rosa.commit([remove]))).status).toBe(200);
    expect((await own.get(ticket, { range: 'bytes=10-19' })).body.code).toBe('thread.not-found');
    expect((await own.ticket()).body.code).toBe('thread.not-found');
  });
});

describe('D16: the ticket of a file', () => {
  it('is needed, and is no other text', async () => {
    const own = file.as(omar);
    const { ticket } = await own.ticketed();
    const flipped = `${ticket.startsWith('A') ? 'B' : 'A'}${ticket.slice(1)}`;
    for (const wrong of ['', 'x', flipped, ticket.slice(0, -4), `${ticket}AAAA`]) {
      expect(await own.get(wrong)).toMatchObject(REFUSED);
    }
    expect((await own.get(ticket)).status).toBe(206);
  });

  it('is of its session, its file, its direction and its time', async () => {
    const own = file.as(omar);
    const { ticket } = await own.ticketed();
    // Another session.
    expect(await file.get(ticket)).toMatchObject(REFUSED);
    // Another file of the same thread, which the person may read as well.
    const other = await new FileHand(omar).upload();
    expect(await other.get(ticket)).toMatchObject(REFUSED);
    // Another direction, both ways.
    expect(await own.put(0, own.bytes, ticket)).toMatchObject(REFUSED);
    expect(await own.offset(ticket)).toMatchObject({ status: 403 });
    expect(await other.get(other.reserved?.ticket ?? '')).toMatchObject(REFUSED);
    expect((await own.get(ticket)).status).toBe(206);
    api.clock.ms += ATTACHMENT_LIMITS.ticketMs;
    expect(await own.get(ticket)).toMatchObject(REFUSED);
  });

  it('ends with its session', async () => {
    const own = file.as(omar);
    const { ticket } = await own.ticketed();
    await omar.device.signIn();
    expect(await own.get(ticket)).toMatchObject(REFUSED);
  });

  it('of an upload ends with its day, and covers no byte more than was reserved', async () => {
    const half = new FileHand(story.rosa, undefined, sealedBytes(2));
    await half.reserve();
    const longer = systemRandom.bytes(half.bytes.length + 1);
    expect(await half.put(0, longer)).toMatchObject(REFUSED);
    expect(await half.put(half.bytes.length, Uint8Array.of(1))).toMatchObject(REFUSED);
    expect((await half.put(0, half.bytes.subarray(0, 9))).status).toBe(204);
  });
});

describe('D16: what is sent', () => {
  it.each([
    undefined,
    'bytes=',
    'bytes=-5',
    'bytes=5-1',
    'bytes=0-1,5-9',
    'bytes=0-0,-1',
    'bytes=131154-',
    'bytes=999999999999999-',
    'bytes=0x10-',
    'bits=0-5',
    `bytes=${'0-1,'.repeat(1_000)}5-6`,
  ])('is refused for the range %j', async (range) => {
    const own = file.as(omar);
    const { ticket } = await own.ticketed();
    const answer = await own.get(ticket, range === undefined ? {} : { range });
    expect(answer).toMatchObject({ status: 416, body: { code: 'attachment.range' } });
  });

  it('is never shown by a browser, whatever the bytes look like', async () => {
    const html = Buffer.concat([Buffer.from('<html><script>alert(1)</script>'), sealedBytes(1)]);
    const page = await new FileHand(omar, undefined, html.subarray(0, 65_601)).upload();
    await page.name();
    const { ticket } = await page.ticketed();
    const { headers } = await page.get(ticket);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-disposition': 'attachment',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).toBeDefined();
  });

  it.each(['', '-1', '1.5', '0x10', '1e3', 'x', '9'.repeat(16)])(
    'is no part for the offset %j',
    async (offset) => {
      const half = new FileHand(story.rosa);
      await half.reserve();
      expect((await half.put(offset, half.bytes)).status).toBe(400);
    },
  );

  it('is a part of at most 4 MiB, in octets', async () => {
    const half = new FileHand(story.rosa);
    await half.reserve();
    const large = new Uint8Array(ATTACHMENT_LIMITS.partBytes + 1);
    expect(await half.put(0, large)).toMatchObject({
      status: 413,
      body: { code: 'body.too-large' },
    });
    const answer = await request(api.url)
      .put(`${half.path}/content`)
      .set({ ...half.hand.device.tokenHeaders, 'enlace-ticket': half.reserved?.ticket ?? '' })
      .set({ 'content-type': 'text/html', 'upload-offset': '0' })
      .send('<html>');
    expect(answer.status).toBe(415);
  });
});

describe('one device', () => {
  it('has three transfers under way, and the fourth waits', async () => {
    const hands = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const one = new FileHand(story.rosa, newId(systemClock, systemRandom), sealedBytes(60));
        return one;
      }),
    );
    for (const hand of hands) await hand.reserve();
    const answers = await Promise.all(hands.map(async (one) => one.put(0, one.bytes)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThanOrEqual(3);
    expect(statuses.every((status) => status === 204 || status === 429)).toBe(true);
    // Nothing is held by those that have ended.
    for (const one of hands) expect((await one.put(0, one.bytes)).status).toBe(204);
  });
});
