import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { THREAD_LIMITS, type EntriesShown } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { toBase64Url } from '@enlace/kernel';
import type { Response } from 'supertest';

import { LogBehind } from '../../../support/log/log-behind.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import type { ThreadHand } from '../../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../../support/threads/thread-story.js';

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

/** Seven entries: the opening, and six of Rosa. */
async function sixMore(): Promise<ThreadHand> {
  const { rosa } = story;
  for (let at = 0; at < 6; at += 1) await rosa.send([rosa.sealed(`mensaje ${at}`)]);
  return rosa;
}

async function nextPage(
  hand: ThreadHand,
  query: string,
  ticket: string | undefined,
): Promise<Response> {
  const path = `/threads/${hand.threadId}/entries/pages${query}`;
  const headers = ticket === undefined ? {} : { 'enlace-ticket': ticket };
  return hand.device.send({ path, headers, withoutProof: true });
}

const seqsOf = ({ entries }: EntriesShown) => entries.map(({ seq }) => seq);

async function readsOf(threadId: string) {
  return api.database.asAdmin(
    `SELECT e.event_id, convert_from(s.body, 'UTF8')::jsonb AS what
       FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.thread_id = $1 AND e.type = 'entry.fetched'
        AND convert_from(s.body, 'UTF8') LIKE '%lastSeq%'`,
    [threadId],
  );
}

describe('a read of many pages', () => {
  it('is one event that covers its range, and each page hands out the ticket of the next', async () => {
    const rosa = await sixMore();
    const first = await rosa.page('?after=0&limit=3&through=6');
    const shown: EntriesShown = first.body;
    expect(seqsOf(shown)).toEqual([1, 2, 3]);
    const { seq: usedSoFar } = rosa.device;
    const second = await nextPage(rosa, '?after=3&limit=2', shown.pageToken);
    expect([second.status, seqsOf(second.body)]).toEqual([200, [4, 5]]);
    const third = await nextPage(rosa, '?after=5&limit=200', second.body.pageToken);
    // Not the seventh, which came to the log but not into the read.
    expect([third.status, seqsOf(third.body)]).toEqual([200, [6]]);
    expect(third.body.pageToken).toBeUndefined();
    expect(rosa.device.seq).toBe(usedSoFar);
    const [read, ...others] = await readsOf(rosa.threadId);
    expect(others).toEqual([]);
    expect(JSON.stringify(read?.['what'])).toContain('"lastSeq": 6'.replace(' ', ''));
    expect(second.headers['enlace-receipt']).toBe(`covered ${String(read?.['event_id'])}`);
    expect(first.headers['enlace-receipt']).not.toContain('covered');
  });

  it('gives each page the chain before it, and the head of its moment', async () => {
    const rosa = await sixMore();
    const { body }: { body: EntriesShown } = await rosa.page('?after=0&limit=3&through=7');
    await rosa.send([rosa.sealed('mientras tanto')]);
    const { body: rest } = await nextPage(rosa, '?after=3', body.pageToken);
    expect(seqsOf(rest)).toEqual([4, 5, 6, 7]);
    expect(rest.head).toMatchObject({ seq: 8, chain: toBase64Url(rosa.seen.chain) });
    const { body: asked } = await rosa.page('?after=3&limit=1');
    expect(rest.before).toBe(asked.before);
    expect(asked.pageToken).toBeUndefined();
  });

  it('goes no further than the log does', async () => {
    const rosa = await sixMore();
    const { body } = await rosa.page('?after=5&limit=1&through=9000');
    const last = await nextPage(rosa, '?after=6', body.pageToken);
    expect([seqsOf(last.body), last.body.pageToken]).toEqual([[7], undefined]);
    expect((await rosa.page('?after=7&limit=1&through=3')).body).toMatchObject({ entries: [] });
  });

  it('can ask for a page again, whose answer was lost', async () => {
    const rosa = await sixMore();
    const { body } = await rosa.page('?after=0&limit=3&through=7');
    const [one, two] = [
      await nextPage(rosa, '?after=3&limit=2', body.pageToken),
      await nextPage(rosa, '?after=3&limit=2', body.pageToken),
    ];
    expect(two.body.entries).toEqual(one.body.entries);
  });
});

describe('D16: the ticket of a page', () => {
  const refused = { status: 403, body: { code: 'ticket.refused' } };

  it('is needed, and is no other text', async () => {
    const rosa = await sixMore();
    const { body } = await rosa.page('?after=0&limit=3&through=7');
    const token = String(body.pageToken);
    const flipped = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    for (const ticket of [undefined, '', 'x', flipped, token.slice(0, -4), `${token}AAAA`]) {
      expect(await nextPage(rosa, '?after=3', ticket)).toMatchObject(refused);
    }
  });

  it('is of its session: another member, and the same person signed in anew, have none', async () => {
    const rosa = await sixMore();
    const omar = await story.joinedBy('pa-omar');
    const { body } = await rosa.page('?after=0&limit=3&through=7');
    expect(await nextPage(omar, '?after=3', body.pageToken)).toMatchObject(refused);
    await rosa.device.signIn();
    expect(await nextPage(rosa, '?after=3', body.pageToken)).toMatchObject(refused);
  });

  it('is of its thread: another one of the same person is not read with it', async () => {
    const rosa = await sixMore();
    const { body } = await rosa.page('?after=0&limit=3&through=7');
    const other = await ThreadStory.begin(api);
    // The newest session is the one that both threads are read in.
    const { body: own } = await other.rosa.page('?after=0&limit=1&through=1');
    expect(own.entries).toHaveLength(1);
    const { threadId } = rosa;
    expect(await nextPage(other.rosa, '?after=3', body.pageToken)).toMatchObject(refused);
    const { body: again } = await other.rosa.device.send({
      path: `/threads/${threadId}/entries?after=0&limit=3&through=7`,
    });
    expect(await nextPage(other.rosa, '?after=0', again.pageToken)).toMatchObject(refused);
    const there = await other.rosa.device.send({
      path: `/threads/${threadId}/entries/pages?after=3`,
      withoutProof: true,
      headers: { 'enlace-ticket': again.pageToken },
    });
    expect(there.status).toBe(200);
  });

  it('covers neither what comes before its page nor what comes after its read', async () => {
    const rosa = await sixMore();
    const { body } = await rosa.page('?after=2&limit=2&through=6');
    for (const after of [0, 2, 3, 6, 7]) {
      expect(await nextPage(rosa, `?after=${after}`, body.pageToken)).toMatchObject(refused);
    }
    expect(seqsOf((await nextPage(rosa, '?after=5', body.pageToken)).body)).toEqual([6]);
  });

  it('is over after thirty seconds', async () => {
    const rosa = await sixMore();
    const { body } = await rosa.page('?after=0&limit=3&through=7');
    api.clock.ms += THREAD_LIMITS.pageTokenMs - 1;
    expect((await nextPage(rosa, '?after=3&limit=1', body.pageToken)).status).toBe(200);
    api.clock.ms += 1;
    expect(await nextPage(rosa, '?after=3&limit=1', body.pageToken)).toMatchObject(refused);
  });

  it('opens nothing to whoever was removed meanwhile', async () => {
    await sixMore();
    const omar = await story.joinedBy('pa-omar');
    await story.rosa.read();
    const { body } = await omar.page('?after=7&limit=1&through=9');
    expect(body.pageToken).toBeDefined();
    const { personId, deviceId } = omar;
    const change = { op: 'remove', personId, deviceIds: [deviceId], cause: 'removed' } as const;
    expect((await story.rosa.push(await story.rosa.commit([change]), [omar])).status).toBe(200);
    expect(await nextPage(omar, '?after=8', body.pageToken)).toMatchObject({
      status: 404,
      body: { code: 'thread.not-found' },
    });
  });
});

describe('while the log is behind', () => {
  it('no more than a hundred entries are read at once, and reading goes on once it is not', async () => {
    const { rosa } = story;
    const count = 102;
    for (let at = 1; at < count; at += 1) {
      api.clock.ms += 100;
      await rosa.send([rosa.sealed('x')]);
    }
    const begun: EntriesShown = (await rosa.page(`?after=0&limit=1&through=${count}`)).body;
    const log = await LogBehind.of(api);
    await log.fallBehind(120);
    const shed = { status: 503, body: { code: 'audit.backlogged' } };
    expect(await rosa.page('?after=0')).toMatchObject(shed);
    expect(await rosa.page(`?after=0&limit=1&through=${count}`)).toMatchObject(shed);
    expect(await nextPage(rosa, '?after=1&limit=1', begun.pageToken)).toMatchObject(shed);
    expect((await rosa.page('?after=0&limit=100')).status).toBe(200);
    expect((await rosa.page('?after=2')).body.entries).toHaveLength(100);
    const through: EntriesShown = (await rosa.page(`?after=2&limit=60&through=${count}`)).body;
    expect((await nextPage(rosa, '?after=62', through.pageToken)).status).toBe(200);
    await log.catchUp();
    await log.close();
    expect((await rosa.page('?after=0')).body.entries).toHaveLength(count);
  });
});
