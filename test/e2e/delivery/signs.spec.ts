import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DELIVERY_LIMITS,
  RATE_LIMITS,
  type EntriesShown,
  type SignalShown,
} from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { concatBytes, idBytes, systemRandom, toBase64Url } from '@enlace/kernel';

import type { SessionServer } from '../../support/sessions/session-server.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { LiveHand } from '../../support/threads/live-hand.js';
import { aBeacon } from '../../support/threads/signed-beacon.js';
import type { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';
import { until } from '../../support/until.js';

let api: SessionServer;
let clients: SocketClients;
let story: ThreadStory;
let rosa: LiveHand;
let omar: LiveHand;
/** What Omar hears, by the name of the event. */
let heard: Record<'beacon' | 'signal', unknown[]>;

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
  const hand = await story.joinedBy('pa-omar');
  await story.rosa.read();
  rosa = await LiveHand.of(story.rosa, clients);
  omar = await LiveHand.of(hand, clients);
  heard = { beacon: [], signal: [] };
  for (const event of ['beacon', 'signal'] as const) {
    omar.socket.on(event, (said) => heard[event].push(said));
  }
});

async function put(hand: ThreadHand, beacon: string, threadId: string = hand.threadId) {
  const path = `/threads/${threadId}/beacon`;
  return hand.device.send({ method: 'PUT', path, body: { beacon }, withoutProof: true });
}

const shownTo = async (hand: ThreadHand): Promise<readonly string[]> => {
  const { body }: { body: EntriesShown } = await hand.page('?after=3');
  return body.beacons;
};

describe('a beacon', () => {
  it('is passed on, kept as the newest of its device, and shown with every page', async () => {
    const [first, second] = [1, 2].map((counter) => aBeacon(rosa.hand, { counter }));
    const own = aBeacon(omar.hand, { counter: 7 });
    expect((await put(rosa.hand, String(first))).status).toBe(204);
    expect(await rosa.say('beacon', { beacon: second })).toMatchObject({ ok: true });
    await omar.say('beacon', { beacon: own });
    await until(() => heard.beacon.length === 2);
    expect(heard.beacon).toEqual([{ beacon: first }, { beacon: second }]);
    expect(new Set(await shownTo(omar.hand))).toEqual(new Set([second, own]));
  });

  it('that is not newer changes nothing and is not passed on', async () => {
    const newest = aBeacon(rosa.hand, { counter: 5 });
    await put(rosa.hand, newest);
    for (const counter of [5, 4, 0]) {
      expect((await put(rosa.hand, aBeacon(rosa.hand, { counter, seq: 1 }))).status).toBe(204);
    }
    await put(rosa.hand, aBeacon(rosa.hand, { counter: 6 }));
    await until(() => heard.beacon.length === 2);
    expect(heard.beacon[0]).toEqual({ beacon: newest });
  });

  it('may say that it saw more than this server has: that is what the others must hear of', async () => {
    const beacon = aBeacon(rosa.hand, { counter: 1, seq: 9_999, chain: systemRandom.bytes(32) });
    expect((await put(rosa.hand, beacon)).status).toBe(204);
    await until(() => heard.beacon.length === 1);
  });

  it('is of its device, its thread and its key', async () => {
    const { rosa: hand } = story;
    const refusals = [
      ['device.refused', aBeacon(hand, { counter: 1, deviceId: omar.hand.deviceId })],
      ['entry.malformed', 'AAAA'],
      ['entry.malformed', `${aBeacon(hand, { counter: 1 }).slice(0, -4)}AAA`],
      ['body.malformed', `${aBeacon(hand, { counter: 1 })}AAAA`],
    ] as const;
    for (const [code, beacon] of refusals) {
      expect([code, (await put(hand, beacon)).body.code]).toEqual([code, code]);
    }
    const forged = aBeacon(hand, { counter: 1 });
    const flipped = `${forged.slice(0, -8)}${forged.at(-8) === 'A' ? 'B' : 'A'}${forged.slice(-7)}`;
    expect((await put(hand, flipped)).body.code).toBe('entry.signature');
    const other = await ThreadStory.begin(api);
    const there = aBeacon(other.rosa, { counter: 1, threadId: hand.threadId });
    expect((await put(other.rosa, there, other.rosa.threadId)).body.code).toBe('entry.malformed');
    expect(await shownTo(omar.hand)).toEqual([]);
    expect(heard.beacon).toEqual([]);
  });

  it('is of a member: whoever is not in the thread is told that there is none', async () => {
    const other = await ThreadStory.begin(api);
    const beacon = aBeacon(omar.hand, { counter: 1, threadId: other.rosa.threadId });
    expect(await omar.say('beacon', { beacon })).toMatchObject({
      ok: false,
      problem: { code: 'thread.not-found' },
    });
  });
});

function aSignal(hand: ThreadHand, bytes = 40, deviceId = hand.deviceId): SignalShown {
  const sealed = systemRandom.bytes(bytes - 16);
  return {
    threadId: hand.threadId,
    signal: toBase64Url(concatBytes(idBytes(deviceId), sealed)),
  };
}

describe('a signal', () => {
  it('reaches the others in the thread, and is nowhere afterwards', async () => {
    const signal = aSignal(rosa.hand);
    const echoes: unknown[] = [];
    rosa.socket.on('signal', (said) => echoes.push(said));
    expect(await rosa.say('signal', signal)).toMatchObject({ ok: true });
    await until(() => heard.signal.length === 1);
    expect(heard.signal).toEqual([signal]);
    expect(echoes).toEqual([]);
    expect(api.logLines.join('')).not.toContain(signal.signal);
  });

  it('has 1 KiB at most, and is of its device', async () => {
    const most = DELIVERY_LIMITS.signalBytes;
    expect(await rosa.say('signal', aSignal(rosa.hand, most))).toMatchObject({ ok: true });
    for (const signal of [
      aSignal(rosa.hand, most + 1),
      aSignal(rosa.hand, 40, omar.hand.deviceId),
      { ...aSignal(rosa.hand), signal: '' },
    ]) {
      expect(await rosa.say('signal', signal)).toMatchObject({
        ok: false,
        problem: { code: 'body.malformed' },
      });
    }
    await until(() => heard.signal.length === 1);
  });

  it('of a stranger reaches nobody', async () => {
    const other = await ThreadStory.begin(api);
    const signal = { ...aSignal(omar.hand), threadId: other.rosa.threadId };
    expect(await omar.say('signal', signal)).toMatchObject({
      ok: false,
      problem: { code: 'thread.not-found' },
    });
  });

  it('is dropped without a word beyond five a second, and goes on after it', async () => {
    const { burst } = RATE_LIMITS.signals;
    for (let at = 0; at < burst + 5; at += 1) {
      expect(await rosa.say('signal', aSignal(rosa.hand))).toMatchObject({ ok: true, data: null });
    }
    await until(() => heard.signal.length === burst);
    api.clock.ms += 1_000;
    const last = aSignal(rosa.hand);
    await rosa.say('signal', last);
    await until(() => heard.signal.length === burst + 1);
    expect(heard.signal.at(-1)).toEqual(last);
  });
});
