import { cryptoReady } from '@enlace/e2ee';
import { newRandomId, systemRandom, type PersonId } from '@enlace/kernel';

import { SocketClients } from '../../support/sessions/socket-clients.js';
import { TestDevice } from '../../support/sessions/test-device.js';
import { ThreadStory } from '../../support/threads/thread-story.js';
import type { Usage } from './bench-process.js';
import { aNode, aReader, plantMembers, Sender, sendersOf } from './fan-out-thread.js';

/** Devices that write; each has its part of the threads. */
const SENDERS = 8;

/** A node with many threads, somebody who writes in each, and people who are online and say nothing. */
export interface ManyThreads {
  /** Each appends the next entry of its thread, and resolves once it is acknowledged. */
  readonly lanes: readonly (() => Promise<void>)[];
  /** What the node has come to hold with all sockets open, in bytes. */
  readonly idleBytes: number;
  readonly usage: () => Promise<Usage>;
  end(): Promise<void>;
}

export async function startManyThreads({
  count,
  sockets,
  text,
}: {
  readonly count: number;
  readonly sockets: number;
  readonly text: string;
}): Promise<ManyThreads> {
  await cryptoReady();
  const { node, region, database, server, remove } = await aNode();
  const clients = new SocketClients(node);
  const before = (await server.usage()).rss;
  const people = Array.from({ length: sockets }, () => newRandomId<PersonId>(systemRandom));
  for (const personId of people) await aReader(node, clients, personId);
  const idleBytes = (await server.usage()).rss - before;
  const stories: ThreadStory[] = [];
  for (let at = 0; at < count; at += 1) {
    const story = await ThreadStory.begin(node);
    const readers = people.filter((_, index) => index % count === at);
    await plantMembers(database, story, { senders: SENDERS, readers });
    stories.push(story);
  }
  const devices: TestDevice[] = [];
  for (const { slug, device } of sendersOf(SENDERS)) {
    const one = new TestDevice(node, region, { slug, device, isPatient: true });
    await one.signIn();
    devices.push(one);
  }
  const lanes: (() => Promise<void>)[] = [];
  const connected = await Promise.all(
    devices.map(async (device) => ({ device, socket: await clients.connect(device) })),
  );
  for (const [at, story] of stories.entries()) {
    const seat = connected[at % SENDERS];
    if (seat === undefined) continue;
    const sender = new Sender(seat.device, seat.socket, story);
    lanes.push(async () => sender.send(text, () => undefined));
  }
  return {
    lanes,
    idleBytes,
    usage: async () => server.usage(),
    end: async () => {
      clients.end();
      await remove();
    },
  };
}
