import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEntry, encodeEntry, type EntryPushed } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { parseBase64Url, toBase64Url } from '@enlace/kernel';

import type { SessionServer } from '../../support/sessions/session-server.js';
import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { LiveHand } from '../../support/threads/live-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';
import { until } from '../../support/until.js';

let api: SessionServer;
let clients: SocketClients;
let story: ThreadStory;
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  clients = new SocketClients(api);
});
afterEach(() => clients.end());
afterAll(async () => api.close());
beforeEach(async () => {
  api.clock.ms += 60_000;
  story = await ThreadStory.begin(api);
});

const live = async (hand: ThreadStory['rosa']) => LiveHand.of(hand, clients);

/** Rosa and Omar, each with a socket, after everything that brought Omar in. */
async function aPair() {
  const hand = await story.joinedBy('pa-omar');
  await story.rosa.read();
  const [rosa, omar] = [await live(story.rosa), await live(hand)];
  return { rosa, omar };
}

const deliveredTo = async (deviceId: string) =>
  api.database.asAdmin(
    `SELECT convert_from(s.body, 'UTF8')::jsonb AS what FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.type = 'entry.delivered' AND s.section = 1
        AND EXISTS (SELECT FROM audit.sections w
                     WHERE w.event_id = e.event_id AND w.section = 2 AND w.device_id = $1)`,
    [deviceId],
  );

describe('an entry', () => {
  it('reaches the sockets of the members soon after its commit, as it was appended', async () => {
    const { rosa, omar } = await aPair();
    const entry = rosa.hand.sealed('hola, en directo');
    await rosa.hand.send([entry]);
    await until(() => omar.pushed.length > 0 && rosa.pushed.length > 0);
    const [pushed] = omar.pushed;
    expect(pushed).toMatchObject({ threadId: story.shared.threadId, seq: 4 });
    expect(pushed?.entry).toBe(toBase64Url(encodeEntry(entry)));
    expect(omar.pushed).toEqual(rosa.pushed);
    const { body } = await omar.hand.page('?after=3');
    expect(body.entries[0]).toMatchObject({ seq: 4, acceptedAt: pushed?.acceptedAt });
  });

  it('can be appended over the socket, with a proof, and is answered as by the route', async () => {
    const { rosa, omar } = await aPair();
    const answer = await rosa.send([rosa.hand.sealed('uno')]);
    expect(answer).toMatchObject({ ok: true, data: { head: { seq: 4, epoch: 2 } } });
    expect(answer.ok && answer.data.receipts).toHaveLength(1);
    expect(answer.receipt).toEqual(expect.any(String));
    const again = await rosa.emit('entry.append', {
      threadId: story.shared.threadId,
      items: [{ entry: omar.pushed[0]?.entry ?? (await firstOf(omar)).entry }],
    });
    expect(again).toMatchObject({ ok: true, data: answer.ok ? answer.data : {} });
  });

  it('without a proof, or with one for another body, is not appended', async () => {
    const { rosa } = await aPair();
    const items = [{ entry: toBase64Url(encodeEntry(rosa.hand.sealed('x'))) }];
    const body = { threadId: story.shared.threadId, items };
    expect(await rosa.say('entry.append', body)).toMatchObject({
      ok: false,
      problem: { code: 'proof.refused' },
    });
    const { device } = rosa.hand;
    const proof = await device.prove({ htm: 'entry.append', htu: `${api.url}/socket`, bh: 'x' });
    const answer = await rosa.socket
      .timeout(5_000)
      .emitWithAck('entry.append', proof, JSON.stringify(body));
    expect(answer).toMatchObject({ ok: false, problem: { code: 'proof.refused' } });
    await rosa.hand.send([rosa.hand.sealed('después')]);
    await until(() => rosa.pushed.length > 0);
    expect(rosa.seqs).toEqual([4]);
  });

  it('reaches nobody who is not in the thread, and nobody before the proof of a socket', async () => {
    const { rosa } = await aPair();
    const heard: unknown[] = [];
    const stranger = await clients.connect(await SeatedDevice.at(api, seatOf('cr-lucia')));
    const unproven = await clients.dial({ ticket: await clients.ticketOf(rosa.hand.device) });
    for (const socket of [stranger, unproven.socket]) socket.onAny((event) => heard.push(event));
    for (let at = 0; at < 5; at += 1) await rosa.send([rosa.hand.sealed(`uno ${at}`)]);
    await until(() => rosa.pushed.length === 5);
    expect(heard).toEqual([]);
  });

  it('comes in the order of the log, without a gap, whoever appends', async () => {
    const { rosa, omar } = await aPair();
    const many = async (one: LiveHand) => {
      for (let at = 0; at < 20; at += 1) {
        expect(await one.send([one.hand.sealed(`${at}`)])).toMatchObject({ ok: true });
      }
    };
    await Promise.all([many(rosa), many(omar)]);
    await until(() => rosa.pushed.length === 40 && omar.pushed.length === 40);
    expect(omar.seqs).toEqual(Array.from({ length: 40 }, (_, at) => at + 4));
    expect(rosa.pushed).toEqual(omar.pushed);
  });
});

async function firstOf(one: LiveHand): Promise<EntryPushed> {
  await until(() => one.pushed.length > 0);
  const [first] = one.pushed;
  if (first === undefined) throw new Error('nothing came');
  return first;
}

describe('whoever comes and goes', () => {
  it('is told of the invitation, which comes with the first entry that is theirs to read', async () => {
    const { rosa } = story;
    const omar = await live(await story.hand('pa-omar'));
    await rosa.send([rosa.sealed('antes')]);
    await rosa.push(await rosa.commit([story.invite(omar.hand.personId)]));
    const first = await firstOf(omar);
    expect(first.seq).toBe(3);
    expect(decodeEntry(parseBase64Url(first.entry)).header.kind).toBe('commit');
  });

  it('gets the commit that removes them and nothing after it', async () => {
    const { rosa, omar } = await aPair();
    const { personId, deviceId } = omar.hand;
    const change = { op: 'remove', personId, deviceIds: [deviceId], cause: 'removed' } as const;
    await rosa.hand.push(await rosa.hand.commit([change]), [omar.hand]);
    for (let at = 0; at < 5; at += 1) await rosa.send([rosa.hand.sealed(`sin Omar ${at}`)]);
    await until(() => rosa.pushed.length === 6);
    expect(omar.seqs).toEqual([4]);
    expect(rosa.seqs).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('who leaves gets nothing of what comes after', async () => {
    const { rosa, omar } = await aPair();
    const statement = `{"personId":"${omar.hand.personId}","v":1}`;
    expect(await omar.send([omar.hand.clear('leave', { statement })])).toMatchObject({ ok: true });
    await until(() => rosa.pushed.length === 1);
    await rosa.hand.read();
    const { personId, deviceId } = omar.hand;
    const change = { op: 'remove', personId, deviceIds: [deviceId], cause: 'left' } as const;
    await rosa.hand.push(await rosa.hand.commit([change], { left: [personId] }));
    await until(() => rosa.pushed.length === 2);
    expect(omar.seqs).toEqual([4]);
  });

  it('is found by the clock where no hint told of them', async () => {
    const { rosa, omar } = await aPair();
    // Written past the acts, as by a node whose hints are lost.
    await api.database.asAdmin(
      `WITH last AS (SELECT * FROM app.entries WHERE thread_id = $1 ORDER BY seq DESC LIMIT 1), copy AS (
         INSERT INTO app.entries
         SELECT thread_id, seq + 1, device_id, gen, kind, accepted_ms, roster_version,
                overlay(entry PLACING uuid_send(gen) FROM 65),
                overlay(overlay(receipt PLACING int8send(seq + 1) FROM 25) PLACING uuid_send(gen) FROM 33)
           FROM last, gen_random_uuid() AS gen RETURNING seq)
       UPDATE app.threads SET last_seq = copy.seq FROM copy WHERE thread_id = $1`,
      [story.shared.threadId],
    );
    await until(() => rosa.pushed.length > 0 && omar.pushed.length > 0);
    expect([rosa.seqs, omar.seqs]).toEqual([[4], [4]]);
  });
});

describe('what a device reports', () => {
  it('is on record as delivered, as far as it was pushed to it and no further', async () => {
    const { rosa, omar } = await aPair();
    for (let at = 0; at < 6; at += 1) await rosa.send([rosa.hand.sealed(`${at}`)]);
    await until(() => omar.pushed.length === 6);
    const { threadId } = story.shared;
    for (const seq of [6, 5, 6, 1_000_000]) {
      expect(await omar.say('entry.received', { cursors: [[threadId, seq]] })).toEqual({
        ok: true,
        data: null,
        nonce: expect.any(String),
      });
    }
    let rows: readonly Record<string, unknown>[] = [];
    for (let at = 0; at < 100 && rows.length < 2; at += 1) {
      rows = await deliveredTo(omar.hand.deviceId);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const ranges = rows
      .map(({ what }) => Object(what))
      .map(({ firstSeq, lastSeq, count }) => [firstSeq, lastSeq, count]);
    expect(ranges).toHaveLength(2);
    expect(ranges).toEqual(
      expect.arrayContaining([
        [4, 6, 3],
        [7, 9, 3],
      ]),
    );
    expect(await deliveredTo(rosa.hand.deviceId)).toEqual([]);
  });

  it.each([
    ['no thread', [['x', 1]]],
    ['no sequence', [['01943b10-7000-7000-8000-00000000000a', 0]]],
    ['three members', [['01943b10-7000-7000-8000-00000000000a', 1, 1]]],
    ['an object', [{ threadId: '01943b10-7000-7000-8000-00000000000a', seq: 1 }]],
    ['nothing', []],
    ['too many', Array.from({ length: 201 }, () => ['01943b10-7000-7000-8000-00000000000a', 1])],
  ])('is refused with %s', async (_name, cursors) => {
    const rosa = await live(story.rosa);
    expect(await rosa.say('entry.received', { cursors })).toMatchObject({
      ok: false,
      problem: { code: 'body.malformed' },
    });
  });
});
