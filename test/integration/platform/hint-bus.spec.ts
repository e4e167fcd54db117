import { createServer, type Server } from 'node:net';

import { cryptoReady } from '@enlace/e2ee';
import { systemRandom } from '@enlace/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ChannelHintBus } from '../../../apps/api/src/platform/bus/channel-hint-bus.js';
import type { HintChannel } from '../../../apps/api/src/platform/bus/hint-channel.js';
import type { Hint } from '../../../apps/api/src/platform/bus/hint.js';
import { RedisChannel } from '../../../apps/api/src/platform/bus/redis-channel.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { portOf } from '../../../apps/api/src/platform/http/port-of.js';
import { OverPostgres, OverRedis, type Way } from '../../support/bus/hint-ways.js';
import { REDIS_BINARY } from '../../support/bus/redis-server.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';
import { until } from '../../support/until.js';

const buses: ChannelHintBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.onApplicationShutdown();
});

/** A node that listens, and what it heard and logged. */
async function listenOn(channel: HintChannel) {
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  const bus = new ChannelHintBus({ channel, random: systemRandom, log });
  const heard: Hint[] = [];
  const gaps: number[] = [];
  bus.subscribe({ onHint: (hint) => heard.push(hint), onGap: () => gaps.push(heard.length) });
  await bus.onApplicationBootstrap();
  buses.push(bus);
  return { bus, heard, gaps, logged };
}

// Where the machine has no Redis and no Valkey, the list is one shorter: .ci/run installs one.
const overRedis = REDIS_BINARY === null ? [] : [new OverRedis(REDIS_BINARY)];
const ways: readonly (readonly [string, Way])[] = [
  ['PostgreSQL', new OverPostgres()],
  ...overRedis.map((way) => ['Redis', way] as const),
];

describe.each(ways)('hints between nodes over %s', (_name, way) => {
  beforeAll(async () => way.start());
  afterAll(async () => way.end());

  it('are heard by every node, and what is told in one moment is one', async () => {
    const [here, there] = [await listenOn(way.channel()), await listenOn(way.channel())];
    for (let size = 1; size <= 50; size += 1) here.bus.publish({ directorySize: size });
    here.bus.publish({ sessionsEnded: true });
    await until(() => there.heard.length > 0 && here.heard.length > 0);
    expect(there.heard).toEqual([{ directorySize: 50, sessionsEnded: true }]);
    expect(here.heard).toEqual(there.heard);
  });

  it('are heard again after the connection was cut, and the node knows of the gap', async () => {
    const { bus, heard, gaps } = await listenOn(way.channel());
    expect(gaps).toEqual([0]);
    await way.cut();
    await until(() => gaps.length === 2);
    bus.publish({ directorySize: 9 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ directorySize: 9 }]);
    expect(bus.isHealthy()).toBe(true);
  });

  it('that nobody understands change nothing', async () => {
    const { bus, heard } = await listenOn(way.channel());
    for (const payload of ['DROP TABLE', '[]', '', '{"threads":[["x",1]]}']) await way.say(payload);
    bus.publish({ directorySize: 3 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ directorySize: 3 }]);
  });
});

// No table: one without rows is an error, and there may be none.
for (const way of overRedis) {
  describe('a bus of Redis', () => {
    aBusOfRedis(way);
  });
}

function aBusOfRedis(way: OverRedis): void {
  beforeAll(async () => cryptoReady());
  beforeEach(async () => way.start());
  afterEach(async () => way.end());

  it('that is gone is not healthy, is told of once, and keeps nobody from publishing', async () => {
    const { bus, gaps, logged } = await listenOn(way.channel());
    await way.server.kill();
    await until(() => !bus.isHealthy());
    for (let size = 1; size <= 50; size += 1) bus.publish({ directorySize: size });
    await way.server.restart();
    await until(() => gaps.length === 2 && bus.isHealthy());
    expect(logged.filter((line) => line.includes('bus.unheard'))).toEqual([]);
  });

  it('that falls silent is left, and listened to again when it answers', async () => {
    const { bus, gaps, logged } = await listenOn(way.channel());
    way.server.signal('SIGSTOP');
    await until(() => logged.some((line) => line.includes('bus.lost')));
    expect(bus.isHealthy()).toBe(false);
    way.server.signal('SIGCONT');
    await until(() => gaps.length === 2);
    await until(() => bus.isHealthy());
  });

  it('lets in nobody with a wrong password, and no line of the log says which', async () => {
    const url = way.server.url().replace('of-a-test', 'not-the-password');
    const { bus, gaps, logged } = await listenOn(new RedisChannel(url));
    expect([bus.isHealthy(), gaps]).toEqual([false, []]);
    expect(logged.join()).toContain('bus.lost');
    expect(logged.join()).not.toContain('not-the-password');
  });

  it('is what a server that names it tells where its threads end', async () => {
    const stranger = await way.stranger();
    const told: string[] = [];
    await stranger.subscribe('enlace_hint', (payload) => told.push(payload));
    const api = await startThreadServer({ BUS_URL: way.server.url() });
    const { shared } = await ThreadStory.begin(api);
    const hint = JSON.stringify({ threads: [[shared.threadId, 1]] });
    await until(() => told.includes(hint));
    await api.close();
    stranger.destroy();
    // No names and no content: where to look.
    expect(told.join()).not.toMatch(/rosa|"entry"/i);
  });
}

describe('a node whose bus', () => {
  let mute: Server;
  let received = Buffer.alloc(0);
  beforeAll(async () => {
    mute = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => (received = Buffer.concat([received, bytes])));
    });
    await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    mute.close();
  });

  it.each([
    ['cannot be reached', () => 1],
    ['does not answer', () => portOf(mute)],
  ])('%s goes on without it', async (_what, port) => {
    const channel = new RedisChannel(`redis://127.0.0.1:${port()}`);
    const { bus, heard, gaps } = await listenOn(channel);
    const own: Hint[] = [];
    bus.subscribe({
      onOwn: (hint) => own.push(hint),
      onHint: (hint) => heard.push(hint),
      onGap: () => gaps.push(0),
    });
    bus.publish({ directorySize: 1 });
    expect([bus.isHealthy(), heard, gaps]).toEqual([false, [], []]);
    expect(own).toEqual([{ directorySize: 1 }]);
  });

  it('is named with TLS says nothing in the clear', async () => {
    const url = `rediss://enlace:a-password@127.0.0.1:${portOf(mute)}`;
    received = Buffer.alloc(0);
    const { gaps } = await listenOn(new RedisChannel(url));
    // A ClientHello: a record of the handshake.
    expect([gaps, received[0]]).toEqual([[], 0x16]);
    expect(received.includes('a-password')).toBe(false);
  });
});
