import { readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ATTACHMENT_LIMITS, attachmentLength } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { concatBytes, sha256, toBase64Url } from '@enlace/kernel';

import { CleaningRounds } from '../../../../apps/api/src/attachments/cleaning-rounds.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import { FileHand } from '../../../support/threads/file-hand.js';
import { sealedBytes } from '../../../support/threads/sealed-bytes.js';
import { startThreadServer, ThreadStory } from '../../../support/threads/thread-story.js';

const DAY_MS = 86_400_000;

let api: SessionServer;
let story: ThreadStory;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
});
afterAll(async () => api.close());
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
});

const newFile = (bytes?: Uint8Array) => new FileHand(story.rosa, undefined, bytes);

/** The events about a file, by their types. */
async function eventsOf({ attachmentId }: FileHand) {
  const rows = await api.database.asAdmin(
    `SELECT e.event_id AS id, w.body AS what, a.body AS attest
       FROM audit.events e
       JOIN audit.sections w ON w.event_id = e.event_id AND w.section = 1
       JOIN audit.sections a ON a.event_id = e.event_id AND a.section = 5
      WHERE e.object_id = $1`,
    [attachmentId],
  );
  return rows
    .map(({ id, what, attest }) => ({
      id: String(id),
      what: JSON.parse(String(what)),
      attest: JSON.parse(String(attest)),
    }))
    .toSorted((one, other) => (one.what.type < other.what.type ? -1 : 1));
}

/** What a connection has taken is on record a moment after it has taken it. */
async function allEventsOf(file: FileHand, count: number) {
  for (let tries = 0; tries < 200; tries += 1) {
    const events = await eventsOf(file);
    if (events.length >= count) return events;
    await pause(25);
  }
  throw new Error('the events did not come');
}

describe('an upload', () => {
  it('goes part by part under one ticket, and is on record twice', async () => {
    const file = newFile(sealedBytes(3));
    const reserved = await file.reserve();
    expect(reserved.body).toMatchObject({ partBytes: ATTACHMENT_LIMITS.partBytes, offset: 0 });
    const { seq } = file.hand.device;
    const [one, two] = [file.bytes.subarray(0, 100_000), file.bytes.subarray(100_000)];
    const first = await file.put(0, one);
    expect([first.status, first.headers['upload-offset']]).toEqual([204, '100000']);
    expect((await file.offset()).headers['upload-offset']).toBe('100000');
    const second = await file.put(100_000, two);
    expect(second.headers['upload-offset']).toBe(String(file.bytes.length));
    // Parts use up no number of the device.
    expect(file.hand.device.seq).toBe(seq);
    expect((await file.complete()).status).toBe(204);
    const events = await eventsOf(file);
    // The clock stands still: they have no order but that of their names.
    expect(events.map(({ what }) => what.type)).toEqual([
      'attachment.reserved',
      'attachment.uploaded',
    ]);
    expect(events[0]?.what).toMatchObject({
      bytes: file.bytes.length,
      threadId: story.shared.threadId,
      caseId: story.caseId,
    });
    expect(events[1]?.what).toMatchObject({ ciphertextHash: toBase64Url(sha256(file.bytes)) });
  });

  it('takes the same bytes again, and says where it stands to all others', async () => {
    const file = newFile(sealedBytes(2));
    await file.reserve();
    const part = file.bytes.subarray(0, 70_000);
    await file.put(0, part);
    const again = await file.put(0, part);
    expect([again.status, again.headers['upload-offset']]).toEqual([204, '70000']);
    const inside = await file.put(10_000, file.bytes.subarray(10_000, 20_000));
    expect([inside.status, inside.headers['upload-offset']]).toEqual([204, '70000']);
    const refused = { status: 409, body: { code: 'attachment.offset', facts: { offset: 70_000 } } };
    expect(await file.put(0, sealedBytes(1).subarray(0, 70_000))).toMatchObject(refused);
    expect(await file.put(0, file.bytes.subarray(0, 80_000))).toMatchObject(refused);
    expect(await file.put(90_000, file.bytes.subarray(90_000))).toMatchObject(refused);
  });

  it('is reserved again for a new ticket, as long as it is the same and not complete', async () => {
    const file = newFile();
    await file.reserve();
    await file.put(0, file.bytes.subarray(0, 1_000));
    const { ticket } = file.reserved ?? {};
    // Another session: the ticket of the one before is none.
    await file.hand.device.signIn();
    expect((await file.put(1_000, file.bytes.subarray(1_000))).body.code).toBe('ticket.refused');
    const again = await file.reserve();
    expect(again.body).toMatchObject({ offset: 1_000 });
    expect(again.body.ticket).not.toBe(ticket);
    expect((await file.reserve(attachmentLength(70_000))).body.code).toBe('attachment.conflict');
    await file.put(1_000, file.bytes.subarray(1_000));
    expect((await file.complete()).status).toBe(204);
    expect((await file.complete()).status).toBe(204);
    expect((await file.reserve()).body.code).toBe('attachment.conflict');
  });

  it('does not end with another hash, nor with parts missing', async () => {
    const file = newFile();
    await file.reserve();
    expect((await file.complete()).body.code).toBe('attachment.incomplete');
    await file.put(0, file.bytes);
    expect(await file.complete(sha256(new Uint8Array()))).toMatchObject({
      status: 422,
      body: { code: 'attachment.hash' },
    });
    expect((await file.complete()).status).toBe(204);
  });

  it('has a length that sealed files have, within what a file, a case and a State may have', async () => {
    const file = newFile();
    for (const length of [1, 65_600, 65_602]) {
      expect((await file.reserve(length)).body.code).toBe('body.malformed');
    }
    const over = await file.reserve(attachmentLength(ATTACHMENT_LIMITS.fileBytes + 1));
    expect(over).toMatchObject({
      status: 413,
      body: {
        code: 'attachment.quota',
        facts: { of: 'file', bytes: ATTACHMENT_LIMITS.fileBytes },
      },
    });
  });
});

describe('a download', () => {
  let file: FileHand;
  beforeEach(async () => {
    file = await newFile(sealedBytes(5)).upload();
    const omar = await story.joinedBy('pa-omar');
    await story.rosa.read();
    await file.name();
    file = file.as(omar);
  });

  it('is a ticket with a purpose, and parts of which each is on record before and after', async () => {
    const { ticket, ticketId } = await file.ticketed();
    const { seq } = file.hand.device;
    const one = await file.get(ticket, { range: 'bytes=0-99999' });
    const two = await file.get(ticket, { range: 'bytes=100000-' });
    expect([one.status, two.status]).toEqual([206, 206]);
    expect(one.headers).toMatchObject({
      'content-range': `bytes 0-99999/${file.bytes.length}`,
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'content-length': '100000',
    });
    expect(concatBytes(one.body, two.body)).toEqual(file.bytes);
    expect(file.hand.device.seq).toBe(seq);
    const events = await allEventsOf(file, 7);
    const parts = events.filter(({ what }) => /fetched|delivered/.test(what.type));
    const ticketed = events.find(({ what }) => what.type === 'attachment.ticketed');
    expect(ticketed?.what).toMatchObject({ type: 'attachment.ticketed', ticketId });
    expect(one.headers['enlace-receipt']).toBe(`covered ${ticketed?.id}`);
    const { length } = file.bytes;
    expect(parts.map(({ what }) => what)).toEqual(
      expect.arrayContaining(
        [
          { type: 'attachment.fetched', from: 0, to: 100_000 },
          { type: 'attachment.fetched', from: 100_000, to: length },
          { type: 'attachment.delivered', bytesSent: 100_000, complete: true },
          { type: 'attachment.delivered', bytesSent: length - 100_000, complete: true },
        ].map((part) => expect.objectContaining({ ...part, ticketId })),
      ),
    );
    expect(parts).toHaveLength(4);
    for (const { attest } of parts) expect(attest).toEqual({ ofEvent: ticketed?.id });
  });

  it('is on record as delivered also when the session ends meanwhile, and nothing as refused', async () => {
    const { hand } = file;
    const denials = async () =>
      api.database.asAdmin(
        `SELECT event_id FROM audit.events WHERE type = 'access.denied' AND actor_id = $1`,
        [hand.personId],
      );
    // More than a connection holds that nobody takes anything from.
    const long = await newFile(sealedBytes(200)).upload();
    await long.name();
    const { ticket, ticketId } = await long.as(hand).ticketed();
    const before = await denials();
    const taken = await long.as(hand).getSlowly(ticket, async () => {
      await hand.device.send({ method: 'DELETE', path: '/sessions/current' });
    });
    expect(taken).toBe(long.bytes.length);
    const events = await allEventsOf(long, 5);
    const delivered = events.find(({ what }) => what.type === 'attachment.delivered');
    expect(delivered?.what).toMatchObject({ ticketId, bytesSent: taken, complete: true });
    const ticketed = events.find(({ what }) => what.type === 'attachment.ticketed');
    expect(delivered?.attest).toEqual({ ofEvent: ticketed?.id });
    expect(await denials()).toEqual(before);
  });

  it('needs a purpose', async () => {
    const without = await file.hand.device.send({ method: 'POST', path: `${file.path}/tickets` });
    expect(without).toMatchObject({ status: 403, body: { code: 'purpose.required' } });
  });
});

describe('a file that an entry names', () => {
  it('is for its readers, and not for whoever comes later', async () => {
    const file = await newFile().upload();
    expect((await file.name()).status).toBe(200);
    const omar = await story.joinedBy('pa-omar');
    const refused = { status: 404, body: { code: 'attachment.not-found' } };
    expect(await file.as(omar).ticket()).toMatchObject(refused);
    await story.rosa.read();
    // Named once more, by somebody who may read it, it is for them as well.
    expect((await file.name()).status).toBe(200);
    expect((await file.as(omar).ticket()).status).toBe(200);
  });

  it('is complete, of this thread, and readable for the author', async () => {
    const omar = await story.joinedBy('pa-omar');
    await story.rosa.read();
    const unknown = { status: 422, body: { code: 'attachment.unknown' } };
    const file = newFile();
    expect(await file.name()).toMatchObject(unknown);
    await file.reserve();
    await file.put(0, file.bytes);
    expect(await file.name()).toMatchObject(unknown);
    await file.complete();
    expect(await file.as(omar).name()).toMatchObject(unknown);
    const other = await ThreadStory.begin(api);
    const elsewhere = await new FileHand(other.rosa).upload();
    await story.rosa.device.signIn();
    expect(await file.nameAll([file.attachmentId, elsewhere.attachmentId])).toMatchObject(unknown);
    const many = Array.from({ length: ATTACHMENT_LIMITS.perEntry + 1 }, () => file.attachmentId);
    expect((await file.nameAll(many)).body.code).toBe('body.malformed');
  });

  it('leaves the log as it was when it cannot be named', async () => {
    const before = (await story.rosa.page('?after=0')).body.head;
    expect((await newFile().name()).status).toBe(422);
    expect((await story.rosa.page('?after=0')).body.head).toEqual(before);
  });
});

describe('the store', () => {
  const folder = () => join(api.dataDir, 'attachments');
  const keyOf = async ({ attachmentId }: FileHand): Promise<string> => {
    const sql = 'SELECT object_key AS key FROM app.attachments WHERE attachment_id = $1';
    return String((await api.database.asAdmin(sql, [attachmentId]))[0]?.['key']);
  };
  const filesIn = async (): Promise<readonly string[]> => {
    const all = await readdir(folder(), { recursive: true, withFileTypes: true });
    return all.filter((one) => one.isFile()).map(({ name }) => name);
  };

  it('says storage.full when the disk is, and goes on when it is not, without a restart', async () => {
    const file = newFile();
    await file.reserve();
    const path = join(folder(), 'parts', await keyOf(file));
    // The kernel answers writes to this device as it does on a full disk.
    await symlink('/dev/full', path);
    const full = { status: 503, body: { code: 'storage.full' } };
    expect(await file.put(0, file.bytes)).toMatchObject(full);
    expect((await file.offset()).headers['upload-offset']).toBe('0');
    await rm(path);
    expect((await file.put(0, file.bytes)).status).toBe(204);
    expect((await file.complete()).status).toBe(204);
  });

  it('forgets uploads that nobody completes and files that nobody names, and keeps all others', async () => {
    const [half, unnamed, named] = [newFile(), newFile(), newFile()];
    await half.reserve();
    await half.put(0, half.bytes.subarray(0, 10));
    await unnamed.upload();
    await (await named.upload()).name();
    const [ofHalf, ofUnnamed, ofNamed] = await Promise.all([half, unnamed, named].map(keyOf));
    const rounds = api.server.app.get(CleaningRounds, { strict: false });
    await rounds.round();
    expect(await filesIn()).toEqual(expect.arrayContaining([ofHalf, ofUnnamed, ofNamed]));
    api.clock.ms += 2 * DAY_MS;
    await rounds.round();
    expect(await filesIn()).not.toContain(ofHalf);
    expect(await filesIn()).toEqual(expect.arrayContaining([ofUnnamed, ofNamed]));
    api.clock.ms += ATTACHMENT_LIMITS.unusedMs;
    await rounds.round();
    expect(await filesIn()).not.toContain(ofUnnamed);
    expect(await filesIn()).toContain(ofNamed);
    await named.hand.device.signIn();
    expect((await named.ticket()).status).toBe(200);
  });
});
