import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';

import { CleaningRounds } from '../../../../apps/api/src/attachments/cleaning-rounds.js';
import { TermRounds } from '../../../../apps/api/src/threads/keeping/term-rounds.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import { FileHand } from '../../../support/threads/file-hand.js';
import { approve, makeLife, makeRedaction, type SaidLife } from '../../../support/threads/lives.js';
import type { ThreadHand } from '../../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../../support/threads/thread-story.js';

const DAY_MS = 86_400_000;

let api: SessionServer;
let story: ThreadStory;
let rosa: ThreadHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
});
afterAll(async () => api.close());
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
});

async function otherSteward(): Promise<ThreadHand> {
  const omar = await story.joinedBy('pa-omar');
  await rosa.read();
  const role = { op: 'role', personId: omar.personId, role: 'steward' } as const;
  await rosa.push(await rosa.commit([role]), [omar]);
  return omar;
}

/** By Rosa, with Omar as another steward who approves. */
async function live(omar: ThreadHand, said: SaidLife): Promise<void> {
  const entry = makeLife(rosa, said, [approve(omar, said)]);
  const { status, text } = await rosa.sendElevated([entry], `thread.${said.action}`);
  if (status !== 200) throw new Error(text);
}

const newFile = (hand = rosa) => new FileHand(hand);

async function namedFile(hand = rosa): Promise<FileHand> {
  const file = await newFile(hand).upload();
  const { status, text } = await file.name();
  if (status !== 200) throw new Error(text);
  return file;
}

const keyOf = async ({ attachmentId }: FileHand): Promise<string> => {
  const sql = 'SELECT object_key AS key FROM app.attachments WHERE attachment_id = $1';
  return String((await api.database.asAdmin(sql, [attachmentId]))[0]?.['key']);
};

const rowsOf = async (threadId: string): Promise<readonly unknown[]> =>
  api.database.asAdmin(
    `SELECT attachment_id FROM app.attachments WHERE thread_id = $1
     UNION ALL SELECT attachment_id FROM app.attachment_uses WHERE thread_id = $1`,
    [threadId],
  );

const objects = async (): Promise<readonly string[]> => {
  const folder = join(api.dataDir, 'attachments');
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map(({ name }) => name);
};

/** Time passes, then the round of the hour, and Rosa signs in again. */
async function cleanAfter(ms: number): Promise<void> {
  api.clock.ms += ms;
  await api.server.app.get(CleaningRounds, { strict: false }).round();
  await rosa.device.signIn();
}

const erasedOf = async (threadId: string) => {
  const rows = await api.database.asAdmin(
    `SELECT convert_from(s.body, 'UTF8') AS what FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.thread_id = $1 AND e.type = 'thread.erased' AND s.section = 1`,
    [threadId],
  );
  return rows.map(({ what }) => JSON.parse(String(what)));
};

describe('the files of a shredded thread', () => {
  it('go with it, row and use and bytes, and are counted; those of other threads stay', async () => {
    const files = [await namedFile(), await namedFile()];
    const unnamed = await newFile().upload();
    const half = newFile();
    await half.reserve();
    await half.put(0, half.bytes.subarray(0, 1_000));
    const omar = await otherSteward();
    const other = await ThreadStory.begin(api);
    const elsewhere = await namedFile(other.rosa);
    await rosa.device.signIn();
    const keys = await Promise.all([...files, unnamed, half].map(keyOf));
    const keptKey = await keyOf(elsewhere);
    await live(omar, { action: 'shred' });

    expect(await rowsOf(rosa.threadId)).toEqual([]);
    expect(await rowsOf(other.rosa.threadId)).toHaveLength(2);
    // Two messages and the files that were complete.
    expect(await erasedOf(rosa.threadId)).toMatchObject([{ entries: 2, attachments: 3 }]);
    for (const file of files) expect((await file.ticket()).body.code).toBe('access.denied');
    expect((await half.put(1_000, half.bytes.subarray(1_000))).status).not.toBe(204);
    expect((await newFile().reserve()).status).not.toBe(200);
    await cleanAfter(2 * 3_600_000);
    const left = await objects();
    expect(keys.filter((key) => left.includes(key))).toEqual([]);
    expect(left).toContain(keptKey);
    await elsewhere.hand.device.signIn();
    expect((await elsewhere.ticket()).status).toBe(200);
  });

  it('go at the end of the term as well, and are counted then too', async () => {
    const terms = api.server.app.get(TermRounds, { strict: false });
    await terms.round();
    story = await ThreadStory.begin(api, { retentionDays: 2 });
    rosa = story.rosa;
    const file = await namedFile();
    const key = await keyOf(file);
    await cleanAfter(2 * DAY_MS);
    expect(await objects()).toContain(key);
    expect(await terms.round()).toBe(1);
    expect(await rowsOf(rosa.threadId)).toEqual([]);
    expect(await erasedOf(rosa.threadId)).toMatchObject([
      { entries: 1, attachments: 1, reasonCode: 'retention' },
    ]);
    await cleanAfter(0);
    expect(await objects()).not.toContain(key);
  });

  it('stay while the thread is held, whatever its term says', async () => {
    story = await ThreadStory.begin(api, { retentionDays: 2 });
    rosa = story.rosa;
    const file = await namedFile();
    const unnamed = await newFile().upload();
    const keys = await Promise.all([file, unnamed].map(keyOf));
    const omar = await otherSteward();
    await live(omar, { action: 'hold' });
    const entry = makeLife(rosa, { action: 'shred' }, [approve(omar, { action: 'shred' })]);
    expect((await rosa.sendElevated([entry], 'thread.shred')).body.code).toBe('thread.held');
    await cleanAfter(ATTACHMENT_LIMITS.unusedMs + DAY_MS);
    await api.server.app.get(TermRounds, { strict: false }).round();
    expect(await objects()).toEqual(expect.arrayContaining(keys));
    expect((await file.ticket()).status).toBe(200);
    await omar.device.signIn();
    await live(omar, { action: 'release' });
    await cleanAfter(0);
    expect(await objects()).toContain(keys[0]);
    expect(await objects()).not.toContain(keys[1]);
  });
});

describe('the file of a redacted entry', () => {
  it('is for its readers no longer, and lapses; one that another entry names stays', async () => {
    const omar = await story.joinedBy('pa-omar');
    await rosa.read();
    const [gone, kept] = [await namedFile(), await namedFile()];
    expect((await kept.name()).status).toBe(200);
    const keys = await Promise.all([gone, kept].map(keyOf));
    await omar.read();
    expect((await gone.as(omar).ticket()).status).toBe(200);
    const { entries } = (await rosa.page()).body;
    const targets = entries.slice(-3, -1).map(({ seq }: { seq: number }) => seq);
    expect((await rosa.send([makeRedaction(rosa, targets)])).status).toBe(200);
    expect((await gone.as(omar).ticket()).body.code).toBe('attachment.not-found');
    expect((await kept.as(omar).ticket()).status).toBe(200);
    await cleanAfter(ATTACHMENT_LIMITS.unusedMs + 3_600_000);
    expect(await objects()).not.toContain(keys[0]);
    expect(await objects()).toContain(keys[1]);
    await omar.device.signIn();
    expect((await kept.as(omar).ticket()).status).toBe(200);
  });
});
