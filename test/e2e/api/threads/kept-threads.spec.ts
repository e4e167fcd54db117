import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatInstant, parseBase64Url, systemRandom } from '@enlace/kernel';
import { cryptoReady } from '@enlace/e2ee';
import type { Action, ThreadListed } from '@enlace/contracts';

import { TermRounds } from '../../../../apps/api/src/threads/keeping/term-rounds.js';
import { recordedAsAsked } from '../../../support/audit/recorded-as-asked.js';
import { elevation } from '../../../support/sessions/step-ups.js';
import type { Sending } from '../../../support/sessions/test-device.js';
import type { SessionServer } from '../../../support/sessions/session-server.js';
import { recordedListings, recordedWhats } from '../../../support/audit/recorded-whats.js';
import { BareSql } from '../../../support/threads/bare-sql.js';
import { approve, makeLife, type SaidLife } from '../../../support/threads/lives.js';
import type { ThreadHand } from '../../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../../support/threads/thread-story.js';

const DAY_MS = 86_400_000;

let api: SessionServer;
let sql: BareSql;
let story: ThreadStory;
let rosa: ThreadHand;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  sql = await BareSql.open(api);
});
afterAll(async () => {
  await sql.close();
  await api.close();
});
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
  rosa = story.rosa;
});

const listedBy = async (hand: ThreadHand): Promise<ThreadListed | undefined> => {
  const { body } = await hand.device.send({ path: '/threads' });
  const threads: readonly ThreadListed[] = body.threads;
  return threads.find(({ threadId }) => threadId === hand.threadId);
};

const eventsOf = async (type: string, threadId: string = story.shared.threadId) =>
  recordedWhats(api.database, type, threadId);

/** By Rosa, with Omar as another steward who approves. */
async function live(omar: ThreadHand, said: SaidLife): Promise<void> {
  const entry = makeLife(rosa, said, [approve(omar, said)]);
  const { status, text } = await rosa.sendElevated([entry], `thread.${said.action}`);
  if (status !== 200) throw new Error(text);
}

async function otherSteward(): Promise<ThreadHand> {
  const omar = await story.joinedBy('pa-omar');
  await rosa.read();
  const role = { op: 'role', personId: omar.personId, role: 'steward' } as const;
  await rosa.push(await rosa.commit([role]), [omar]);
  return omar;
}

describe('the own threads', () => {
  it('are listed with the server’s half of their keys, the same for every member and every time', async () => {
    const { caseId } = story;
    const first = await listedBy(rosa);
    expect(first).toEqual({
      threadId: story.shared.threadId,
      caseId,
      originator: 'CR',
      states: ['CR', 'PA'],
      status: 'open',
      standing: 'steward',
      shredHalf: expect.any(String),
    });
    expect(parseBase64Url(first?.shredHalf ?? '')).toHaveLength(32);
    expect((await listedBy(rosa))?.shredHalf).toBe(first?.shredHalf);
    const omar = await story.joinedBy('pa-omar');
    expect(await listedBy(omar)).toMatchObject({ standing: 'member', shredHalf: first?.shredHalf });
    expect((await recordedListings(api.database, 'thread.listed', omar.personId)).at(-1)).toBe(1);
  });

  it('have no half for whoever is only invited, and are not listed to strangers', async () => {
    const omar = await story.hand('pa-omar');
    await rosa.push(await rosa.commit([story.invite(omar.personId)]));
    expect(await listedBy(omar)).toMatchObject({ standing: 'invited', shredHalf: null });
    expect(await listedBy(await story.hand('cr-esteban'))).toBeUndefined();
  });

  it('lose the half with the thread', async () => {
    const omar = await otherSteward();
    await listedBy(rosa);
    await live(omar, { action: 'shred' });
    expect(await listedBy(rosa)).toMatchObject({ status: 'shredded', shredHalf: null });
    const kept = 'SELECT FROM app.shred_keys WHERE thread_id = $1';
    expect(await api.database.asAdmin(kept, [rosa.threadId])).toEqual([]);
  });

  it('keep their halves from the rows that the application reads, and from other people', async () => {
    const half = 'SELECT * FROM guard.shred_halves(ARRAY[$1::uuid], ARRAY[$2::bytea])';
    const esteban = await story.hand('cr-esteban');
    const bytes = Buffer.from(systemRandom.bytes(32));
    expect(await sql.as(esteban, half, [rosa.threadId, bytes])).toEqual([]);
    expect(await sql.as(rosa, half, [rosa.threadId, bytes])).toHaveLength(1);
    expect(await sql.as(rosa, 'SELECT FROM app.shred_keys', [])).toBe('42501');
    expect(await sql.as(rosa, 'SELECT guard.shred_due(now())', [])).toBe('42501');
  });
});

describe('the end of a term', () => {
  const round = async (): Promise<number> =>
    api.server.app.get(TermRounds, { strict: false }).round();
  /** Time passes, and those who are in the story sign in again. */
  const wait = async (ms: number, hands: readonly ThreadHand[]): Promise<void> => {
    api.clock.ms += ms;
    for (const hand of hands) await hand.device.signIn();
  };

  it('shreds a thread by the policy of its opening, on record as an act of the server', async () => {
    await round();
    story = await ThreadStory.begin(api, { retentionDays: 2 });
    rosa = story.rosa;
    await rosa.send([rosa.sealed('se acaba')]);
    await listedBy(rosa);
    await wait(2 * DAY_MS - 60_000, [rosa]);
    expect(await round()).toBe(0);
    await wait(60_000, []);
    expect(await round()).toBe(1);
    expect(await round()).toBe(0);
    expect(await eventsOf('thread.erased')).toMatchObject([
      { entries: 1, reasonCode: 'retention', objectId: rosa.threadId, states: ['CR', 'PA'] },
    ]);
    const { entries } = (await rosa.page()).body;
    expect(entries[1]).toMatchObject({ seq: 2, erased: { by: 'retention' } });
    expect(await listedBy(rosa)).toMatchObject({ status: 'shredded', shredHalf: null });
  });

  it('is moved by two persons, and stopped by a hold', async () => {
    const omar = await otherSteward();
    const until = formatInstant(api.clock.ms + DAY_MS);
    await live(omar, { action: 'retain', until });
    await live(omar, { action: 'hold' });
    await wait(DAY_MS, [rosa, omar]);
    expect(await round()).toBe(0);
    await live(omar, { action: 'release' });
    expect(await round()).toBe(1);
    expect(await eventsOf('thread.erased')).toHaveLength(1);
  });
});

describe('the uses of a thread', () => {
  const post = async (
    hand: ThreadHand,
    path: string,
    { body, headers = {} }: { readonly body: object; readonly headers?: Sending['headers'] },
  ) =>
    hand.device.send({ method: 'POST', path: `/threads/${hand.threadId}/${path}`, body, headers });

  it('are on record before somebody looks, with the purpose', async () => {
    const range = { firstSeq: 1, lastSeq: 1 };
    expect((await post(rosa, 'consultations', { body: range })).body.code).toBe('purpose.required');
    await rosa.declare();
    const consult = async (body: object, hand = rosa) =>
      (await post(hand, 'consultations', { body, headers: rosa.purpose })).body.code;
    expect(await consult(range)).toBeUndefined();
    expect(await consult({ firstSeq: 1, lastSeq: 2 })).toBe('body.malformed');
    expect(await consult({ firstSeq: 2, lastSeq: 1 })).toBe('body.malformed');
    expect(await consult({ firstSeq: 0, lastSeq: 1 })).toBe('body.malformed');
    expect(await eventsOf('thread.consulted')).toMatchObject([range]);
    const esteban = await story.hand('cr-esteban');
    await esteban.declare();
    const other = await post(esteban, 'consultations', {
      body: range,
      headers: esteban.purpose,
    });
    expect(other.body.code).toBe('thread.not-found');
  });

  it('take away with a purpose and a second factor, and nothing that is for named recipients', async () => {
    await rosa.send([rosa.sealed('EN1')]);
    await rosa.send([rosa.sealed('EN3', { handling: 3 })]);
    await rosa.declare();
    const out = async (format: string, toSeq: number, action: Action = 'thread.export') => {
      const body = { format, fromSeq: 1, toSeq };
      const text = JSON.stringify(body);
      const sessionId = rosa.device.opened?.sessionId;
      const about = { action, objectId: rosa.threadId };
      const shown = await elevation(api, about, { sessionId, text });
      const answer = await post(rosa, 'exports', { body, headers: { ...shown, ...rosa.purpose } });
      return answer.status === 204 ? 'allowed' : answer.body.code;
    };
    const body = { format: 'pdf', fromSeq: 1, toSeq: 1 };
    expect((await post(rosa, 'exports', { body, headers: rosa.purpose })).body.code).toBe(
      'step-up.required',
    );
    expect(await out('pdf', 1)).toBe('allowed');
    expect(await out('bundle', 2)).toBe('allowed');
    expect(await out('bundle', 3)).toBe('access.denied');
    api.clock.ms += 60 * 60_000;
    await rosa.device.signIn();
    await rosa.declare();
    expect(await out('disclosure', 2)).toBe('step-up.required');
    expect(await out('disclosure', 2, 'entry.disclose')).toBe('allowed');
    expect(await out('disclosure', 3, 'entry.disclose')).toBe('access.denied');
    expect(await out('xml', 1)).toBe('body.malformed');
    // Events of one millisecond have no order.
    const formats = (await eventsOf('thread.exported')).map(({ format }) => String(format));
    expect(formats.toSorted()).toEqual(['bundle', 'disclosure', 'pdf']);
  });
});

describe('each of these acts', () => {
  it('is on record as what its signed request asked for, about the object that it names', async () => {
    const { wrong, named } = await recordedAsAsked(api.database);
    expect(wrong).toEqual([]);
    expect(named).toContain('POST /threads/:name/consultations');
    expect(named).toContain('POST /threads/:name/exports');
  });
});
