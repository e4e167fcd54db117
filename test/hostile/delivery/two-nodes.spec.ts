import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  encodeEntry,
  entryHash,
  type EntriesAppended,
  type EntriesShown,
  type Entry,
} from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { newId, systemClock, systemRandom, toBase64Url, type EntryId } from '@enlace/kernel';
import { strictPolicy } from '@enlace/testing';
import pg from 'pg';

import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { startTwoNodes, type TwoNodes } from '../../support/sessions/two-nodes.js';
import { LiveHand } from '../../support/threads/live-hand.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { ThreadStory } from '../../support/threads/thread-story.js';
import { until } from '../../support/until.js';

let region: TwoNodes;
let clients: readonly [SocketClients, SocketClients];
let story: ThreadStory;
/** A member at each node. */
let rosa: LiveHand;
let omar: LiveHand;

beforeAll(async () => {
  await cryptoReady();
  region = await startTwoNodes((one) => {
    one.add(strictPolicy('PA', { allowCliDevices: true, maxDevices: 16 }), ['root:PA']);
  });
  const [first, second] = region.nodes;
  clients = [new SocketClients(first), new SocketClients(second)];
}, 60_000);
afterAll(async () => region.close());
beforeEach(async () => {
  const [here, there] = region.nodes;
  story = await ThreadStory.begin(here);
  const hand = await story.joinedBy('pa-omar', [], there);
  await story.rosa.read();
  rosa = await LiveHand.of(story.rosa, clients[0]);
  omar = await LiveHand.of(hand, clients[1]);
});
afterEach(() => {
  for (const all of clients) all.end();
});

const upTo = (last: number): readonly number[] =>
  Array.from({ length: last - 3 }, (_, at) => at + 4);

/** Entries of a hand, each following the one before, that nobody has sent yet. */
function drafts(hand: ThreadHand, count: number): readonly Entry[] {
  const made: Entry[] = [];
  for (let at = 0; at < count; at += 1) {
    const last = made.at(-1);
    const prevHash = last === undefined ? hand.lastHash : entryHash(last);
    const entryId = newId<EntryId>(systemClock, systemRandom);
    made.push(hand.sealed(`${at}`, { entryId, deviceSeq: hand.seq + at + 1, prevHash }));
  }
  return made;
}

/** What a client waits for and asks again: its order, its turn, and a node that is busy. */
const RETRIED = ['entry.device-sequence', 'rate.limited', 'service.unavailable'];

/** Sends one entry until it is taken in, as a client does that is told to wait or to come in its order. */
async function insist(hand: ThreadHand, entry: Entry): Promise<EntriesAppended> {
  for (;;) {
    const { status, body } = await hand.post([encodeEntry(entry)]);
    if (status === 200) return body;
    if (!RETRIED.includes(body.code)) throw new Error(body.code);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('delivery on two nodes', () => {
  it('brings each entry to the live sockets of its recipients on both, in order, and to no other', async () => {
    const strangers: unknown[] = [];
    for (const [at, node] of region.nodes.entries()) {
      const device = await SeatedDevice.at(node, seatOf('cr-lucia'));
      const socket = await clients[at === 0 ? 0 : 1].connect(device);
      socket.onAny((event) => strangers.push(event));
    }
    const second = await LiveHand.of(omar.hand, clients[1]);
    for (let at = 0; at < 10; at += 1) {
      await rosa.send([rosa.hand.sealed(`de Rosa ${at}`)]);
      await omar.hand.send([omar.hand.sealed(`de Omar ${at}`)]);
    }
    await until(() => [rosa, omar, second].every(({ seqs }) => seqs.length === 20));
    expect(rosa.seqs).toEqual(upTo(23));
    expect(omar.pushed).toEqual(rosa.pushed);
    expect(second.pushed).toEqual(rosa.pushed);
    expect(strangers).toEqual([]);
  });

  it('D22: of 200 concurrent sends leaves one order without a gap, the same for everybody', async () => {
    const esteban = await story.joinedBy('cr-esteban', [omar.hand], region.nodes[1]);
    const hands = [rosa.hand, omar.hand, esteban];
    for (const hand of hands) await hand.read();
    const before = rosa.hand.seen.seq;
    const counts = [68, 66, 66];
    const lanes = hands.flatMap((hand, at) => {
      const left = drafts(hand, counts[at] ?? 0).values();
      // Three at once of each device, so that they overtake one another as well.
      return Array.from({ length: 3 }, async () => {
        for (const entry of left) await insist(hand, entry);
      });
    });
    await Promise.all(lanes);
    const { entries }: EntriesShown = (await rosa.hand.page(`?after=${before}`)).body;
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 200 }, (_, at) => before + at + 1),
    );
    await until(() => [rosa, omar].every(({ seqs }) => seqs.at(-1) === before + 200));
    const last = rosa.pushed.slice(-200);
    expect(last).toEqual(entries.map((entry) => ({ ...entry, threadId: story.shared.threadId })));
    expect(omar.pushed).toEqual(rosa.pushed);
  }, 60_000);

  it('D21: of the same bytes fifty times on both has one effect and one receipt', async () => {
    const twin = await rosa.hand.at(region.nodes[1]);
    const entry = rosa.hand.sealed('una vez');
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => insist(at % 2 === 0 ? rosa.hand : twin, entry)),
    );
    expect(new Set(answers.flatMap(({ receipts }) => receipts)).size).toBe(1);
    const other = rosa.hand.sealed('otra cosa', { entryId: entry.header.entryId });
    const refused = await twin.post([encodeEntry(other)]);
    expect(refused.body).toMatchObject({
      code: 'entry.conflict',
      facts: { receipt: answers[0]?.receipts[0] },
    });
    await until(() => omar.seqs.length === 1);
    expect(omar.pushed[0]?.entry).toBe(toBase64Url(encodeEntry(entry)));
  });

  it('goes on by the clock while no hint gets through', async () => {
    const cut = setInterval(() => {
      void region.database.asAdmin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'enlace-hints' AND datname = current_database()`,
      );
    }, 50);
    try {
      for (let at = 0; at < 10; at += 1) await rosa.send([rosa.hand.sealed(`${at}`)]);
      await until(() => omar.seqs.length === 10);
    } finally {
      clearInterval(cut);
    }
    expect(omar.pushed).toEqual(rosa.pushed);
    expect(omar.seqs).toEqual(upTo(13));
  });

  it('misses nothing when the database ends all connections and takes none for a while', async () => {
    await rosa.send([rosa.hand.sealed('antes')]);
    await until(() => omar.seqs.length === 1);
    const { adminUrl, name } = region.database;
    const admin = new pg.Client({ connectionString: adminUrl.replace(`/${name}`, '/postgres') });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      name,
    ]);
    const draft = rosa.hand.sealed('durante');
    rosa.hand.device.isPatient = false;
    expect((await rosa.hand.post([encodeEntry(draft)])).status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
    for (;;) {
      const { status } = await rosa.hand.post([encodeEntry(draft)]);
      if (status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await until(() => [rosa, omar].every(({ seqs }) => seqs.length === 2));
    expect([rosa.seqs, omar.seqs]).toEqual([
      [4, 5],
      [4, 5],
    ]);
    expect([rosa.socket.connected, omar.socket.connected]).toEqual([true, true]);
  }, 60_000);

  it('ends for a person whose sessions are revoked on the other node, within a second', async () => {
    const esteban = await LiveHand.of(
      await story.joinedBy('cr-esteban', [omar.hand], region.nodes[1]),
      clients[1],
    );
    await rosa.hand.read();
    const work = { isOver: false, heard: 0, revokedAt: 0 };
    const sending = (async () => {
      while (!work.isOver) await insist(rosa.hand, await nextOf(rosa.hand));
    })();
    try {
      await until(() => esteban.seqs.length > 3);
      const ended = new Promise((resolve) => esteban.socket.once('disconnect', resolve));
      const elsewhere = await SeatedDevice.at(region.nodes[0], seatOf('cr-esteban'));
      const { status } = await elsewhere.send({ method: 'DELETE', path: '/sessions' });
      expect(status).toBe(204);
      work.revokedAt = region.nodes[0].clock.nowMs();
      await ended;
      work.heard = esteban.seqs.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
    } finally {
      work.isOver = true;
      await sending;
    }
    await until(() => omar.seqs.at(-1) === rosa.seqs.at(-1));
    expect(esteban.seqs).toHaveLength(work.heard);
    expect(omar.seqs.length).toBeGreaterThan(work.heard);
    const late = esteban.pushed.filter(
      ({ acceptedAt }) => Date.parse(acceptedAt) > work.revokedAt + 1_000,
    );
    expect(late).toEqual([]);
  }, 60_000);
});

async function nextOf(hand: ThreadHand): Promise<Entry> {
  const entry = hand.sealed('mientras tanto');
  hand.seq += 1;
  hand.lastHash = entryHash(entry);
  return Promise.resolve(entry);
}

// Last of the file: it takes one of the nodes away.
it('D26: a node that is told to stop tells its sockets, answers what it began, and is soon gone', async () => {
  const told = new Promise<{ afterMs: number }>((resolve) => {
    omar.socket.once('session.reconnect', resolve);
  });
  const sent = drafts(omar.hand, 8).map(async (entry) =>
    omar.hand.post([encodeEntry(entry)]).then(
      ({ status, body }) => ({ entry, status, code: body.code }),
      () => ({ entry, status: 0, code: 'cut' }),
    ),
  );
  const { code, ms } = await region.stop(1);
  expect([code, ms < 10_000]).toEqual([0, true]);
  expect((await told).afterMs).toBeLessThan(8_000);
  const answers = await Promise.all(sent);
  const { entries }: EntriesShown = (await rosa.hand.page('?after=3')).body;
  const kept = new Set(entries.map((one) => ('entry' in one ? one.entry : '')));
  const acknowledged = answers.filter(({ status }) => status === 200);
  const lost = acknowledged.filter(({ entry }) => !kept.has(toBase64Url(encodeEntry(entry))));
  expect(lost).toEqual([]);
  await until(() => rosa.seqs.length === entries.length);
});
