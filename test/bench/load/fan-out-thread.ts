import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  chainStart,
  encodeEntry,
  entryHash,
  parseThreadState,
  encodeThreadState,
  type EntriesAppended,
  type RateLimitClass,
  type SocketAnswer,
} from '@enlace/contracts';
import { cryptoReady, sealEntry } from '@enlace/e2ee';
import {
  newId,
  newRandomId,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type DeviceId,
  type EntryId,
  type PersonId,
} from '@enlace/kernel';
import {
  forTestsOnlySeed,
  freshDatabase,
  officeId,
  personaOf,
  testId,
  type FreshDatabase,
} from '@enlace/testing';
import { sodium } from '@enlace/trust';
import type { Socket } from 'socket.io-client';

import {
  aPresentRegion,
  enrolCli,
  plantStatements,
} from '../../support/people/region-directory.js';
import { SeatedDevice, type SeatedServer } from '../../support/sessions/seated-device.js';
import { SocketClients } from '../../support/sessions/socket-clients.js';
import { bodyHash, TestDevice } from '../../support/sessions/test-device.js';
import { ThreadStory } from '../../support/threads/thread-story.js';
import { startBenchProcess } from './bench-process.js';
import { countFrames } from './light-socket.js';
import type { Shape, Side } from './side.js';

/** Far more than a bench asks for: limits are measured elsewhere. */
const PLENTY = { perSecond: 1e6, burst: 1e6 };
const RATES: Partial<Record<RateLimitClass, typeof PLENTY>> = {
  appends: PLENTY,
  acts: PLENTY,
  threadEntries: PLENTY,
  signIns: PLENTY,
  signInsOfNode: PLENTY,
  socketTickets: PLENTY,
};
/** Sessions that one person has at once. */
const DEVICES_OF_A_PERSON = 4;
/** As often as a client reports how far it has got, in milliseconds. */
const REPORT_MS = 1_000;
const SENDING = ['cr-rosa', 'cr-esteban'] as const;
/** Members whom a state may name; the others stand in the roster and the table of members alone. */
const NAMED_MEMBERS = 100;

/** A device that appends sealed entries, each after the one before it. */
export class Sender {
  /** Where its last entry stands in the log. */
  lastSeq = 0;
  #seq = 0;
  #lastHash: Uint8Array = new Uint8Array(32);
  readonly #signKey: Uint8Array;

  constructor(
    readonly device: TestDevice,
    readonly socket: Socket,
    private readonly story: ThreadStory,
  ) {
    const seed = forTestsOnlySeed(device.deviceName);
    this.#signKey = sodium.crypto_sign_seed_keypair(seed).privateKey;
  }

  async send(text: string, sent: (key: string) => void): Promise<void> {
    const { threadId, epochKey } = this.story.shared;
    const place = {
      incarnation: 0,
      epoch: 0,
      threadId,
      deviceId: parseId<DeviceId>(this.device.deviceId),
      entryId: newId<EntryId>(systemClock, systemRandom),
      deviceSeq: this.#seq + 1,
      seenSeq: 0,
      seenChain: chainStart(threadId).chain,
      prevHash: this.#lastHash,
      kind: 'message',
      handling: 1,
    } as const;
    const keys = { epochKey, signKey: this.#signKey, random: systemRandom };
    const entry = sealEntry(utf8(text), place, keys);
    const key = toBase64Url(encodeEntry(entry));
    const body = JSON.stringify({ threadId, items: [{ entry: key }] });
    const { url } = this.story.api;
    const target = { htm: 'entry.append', htu: `${url}/socket`, bh: bodyHash('', body) };
    const proof = await this.device.prove(target);
    sent(key);
    const answer: SocketAnswer<EntriesAppended> = await this.socket
      .timeout(30_000)
      .emitWithAck('entry.append', proof, body);
    this.device.nonce = answer.nonce ?? this.device.nonce;
    if (!answer.ok) throw new Error(answer.problem.code);
    this.lastSeq = answer.data.head.seq;
    this.#seq += 1;
    this.#lastHash = entryHash(entry);
  }
}

/** The real server in a process of its own, with a thread of so many members who are online. */
export async function startFanOutThread(name: string, shape: Shape): Promise<Side> {
  await cryptoReady();
  const { node, region, database, server, remove } = await aNode();
  const clients = new SocketClients(node);
  const story = await ThreadStory.begin(node);
  const readers = Array.from({ length: shape.members - shape.senders }, () =>
    newRandomId<PersonId>(systemRandom),
  );
  await plantMembers(database, story, { ...shape, readers });
  const sockets: Socket[] = [];
  for (const personId of readers) sockets.push(await aReader(node, clients, personId));
  const senders: Sender[] = [];
  for (const { slug, device } of sendersOf(shape.senders)) {
    const one = new TestDevice(node, region, { slug, device, isPatient: true });
    await one.signIn();
    senders.push(new Sender(one, await clients.connect(one), story));
  }
  let decoded = 0;
  for (const { socket } of senders) socket.on('entry', () => (decoded += 1));
  sockets.at(-1)?.on('entry', () => (decoded += 1));
  const counts = sockets.slice(0, -1).map((socket) => countFrames(socket, 'entry'));
  const reporting = setInterval(() => {
    const seq = Math.max(...senders.map((one) => one.lastSeq));
    if (seq === 0) return;
    const text = JSON.stringify({ cursors: [[story.shared.threadId, seq]] });
    for (const socket of sockets) socket.emit('entry.received', '', text);
  }, REPORT_MS);
  return {
    name,
    usage: async () => server.usage(),
    send: async (by, sent) => senders[by]?.send(shape.text, sent),
    delivered: () => counts.reduce((sum, count) => sum + count(), decoded),
    observe: (hear) => {
      sockets.at(-1)?.on('entry', ({ entry }: { entry: string }) => hear(entry));
    },
    end: async () => {
      clearInterval(reporting);
      clients.end();
      await remove();
    },
  };
}

/** The real server in a process of its own, over a region whose senders have devices. */
export async function aNode() {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'enlace-fan-out-'));
  const region = await aPresentRegion();
  for (const slug of SENDING) {
    for (let at = 0; at < DEVICES_OF_A_PERSON; at += 1) {
      enrolCli(region, personaOf(slug), deviceOf(slug, at));
    }
  }
  await plantStatements(database, region);
  await writeFile(join(folder, 'trust-store.json'), region.trustStoreText);
  const aheadMs = region.nowMs - systemClock.nowMs();
  const server = await startBenchProcess('../../support/sessions/node-process.ts', [], {
    PORT: '0',
    TRUSTED_PROXIES: '127.0.0.1,::1',
    ENLACE_DATA: folder,
    DATABASE_URL: database.url('enl_app'),
    DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
    DATABASE_AUDITOR_URL: database.url('enl_auditor'),
    DATABASE_DELIVERY_URL: database.url('enl_delivery'),
    AHEAD_MS: String(aheadMs),
    RATES: JSON.stringify(RATES),
  });
  const clock = { ms: region.nowMs, nowMs: () => systemClock.nowMs() + aheadMs };
  const node: SeatedServer = { url: server.url, region, database, clock };
  return {
    node,
    region,
    database,
    server,
    remove: async () => {
      await server.end();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** None of those that have opened the thread or that everybody has. */
const deviceOf = (slug: string, at: number): string => `cli:${slug}-${at + 1}`;

/** Devices that send, spread over their persons. */
export function sendersOf(count: number) {
  return Array.from({ length: count }, (_, at) => {
    const slug = SENDING[Math.floor(at / DEVICES_OF_A_PERSON)] ?? SENDING[0];
    return { slug, device: deviceOf(slug, at % DEVICES_OF_A_PERSON) };
  });
}

/** Somebody who is online. */
export async function aReader(node: SeatedServer, clients: SocketClients, personId: PersonId) {
  const seat = {
    name: personId,
    state: 'CR',
    roles: ['prosecutor'],
    personId,
    officeId: officeId('CR', 'specialised'),
  } as const;
  return clients.connect(await SeatedDevice.at(node, seat));
}

/** Members and leaves past all commits: what it takes to bring them in is another bench's matter. */
export async function plantMembers(
  database: FreshDatabase,
  { shared, rosa, api }: ThreadStory,
  { readers, senders }: { readonly readers: readonly PersonId[]; readonly senders: number },
): Promise<void> {
  const { threadId } = shared;
  const sending = sendersOf(senders).map(({ slug, device }) => ({
    personId: parseId<PersonId>(testId(slug, 4)),
    deviceId: parseId<DeviceId>(testId(device, 7)),
  }));
  const persons = [...new Set([...sending.map(({ personId }) => personId), ...readers])];
  const [row] = await database.asAdmin('SELECT state FROM app.thread_states WHERE thread_id = $1', [
    threadId,
  ]);
  const state = parseThreadState(String(row?.['state']));
  const named = persons.slice(0, NAMED_MEMBERS).toSorted();
  const after = {
    ...state,
    members: named.map((personId) => ({
      personId: parseId<PersonId>(personId),
      role: personId === rosa.personId ? ('steward' as const) : ('member' as const),
      sinceEpoch: 0,
    })),
  };
  const leaves = sending.map((one, leaf) => ({ leaf, ...one, updatedMs: api.clock.nowMs() }));
  await database.asAdmin(
    'UPDATE app.thread_states SET state = $2, leaves = $3 WHERE thread_id = $1',
    [threadId, encodeThreadState(after), JSON.stringify(leaves)],
  );
  await database.asAdmin(
    `INSERT INTO app.thread_members SELECT $1, p, 'member' FROM unnest($2::uuid[]) AS p ON CONFLICT DO NOTHING`,
    [threadId, persons],
  );
  await database.asAdmin('UPDATE app.rosters SET person_ids = $2 WHERE thread_id = $1', [
    threadId,
    persons,
  ]);
}
