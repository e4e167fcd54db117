/**
 * Appends a second to many threads against raw commits of one row; how long a message takes to its acknowledgement
 * while a thousand sockets are open and fifty entries come each second; and what an idle socket holds in memory
 * against one of bare socket.io. Servers and load are processes of their own; windows take turns.
 */
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { freshDatabase } from '@enlace/testing';
import pg from 'pg';

import { startBaseline } from './load/baseline-side.js';
import { startManyThreads, type ManyThreads } from './load/many-threads.js';
import { median, nowMs } from './timing.js';

const CONNECTIONS = 32;
const SOCKETS = Number(process.env['SOCKETS'] ?? 1_000);
const ENTRIES_PER_SECOND = 50;
const WINDOWS = 3;
const WINDOW_MS = Number(process.env['WINDOW_MS'] ?? 10_000);
const TEXT = 'a'.repeat(400);

interface Window {
  readonly perSecond: number;
  readonly serverCores: number;
  readonly loadCores: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const cores = ({ serverCores, loadCores }: Omit<Window, 'perSecond'>): string =>
  `cores: server ${serverCores.toFixed(2)}, load ${loadCores.toFixed(2)}`;

/** Lanes that go round for so long; what each round does is counted. */
async function goRound(
  lanes: readonly (() => Promise<unknown>)[],
  usage: () => Promise<{ readonly cpuMs: number }>,
): Promise<Window> {
  const [before, own, since] = [await usage(), process.cpuUsage(), nowMs()];
  const loop = { isOver: false, count: 0 };
  const going = Promise.all(
    lanes.map(async (lane) => {
      while (!loop.isOver) {
        await lane();
        loop.count += 1;
      }
    }),
  );
  await Promise.race([pause(WINDOW_MS), going]);
  const [took, { count }] = [nowMs() - since, loop];
  const { user, system } = process.cpuUsage(own);
  const after = await usage();
  loop.isOver = true;
  await going;
  return {
    perSecond: (count * 1_000) / took,
    serverCores: (after.cpuMs - before.cpuMs) / took,
    loadCores: (user + system) / 1_000 / took,
  };
}

async function appends(threads: ManyThreads): Promise<void> {
  const database = await freshDatabase();
  await database.asAdmin('CREATE TABLE public.messages (id bigserial PRIMARY KEY, body text)');
  const clients: pg.Client[] = [];
  for (let at = 0; at < CONNECTIONS; at += 1) {
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    clients.push(client);
  }
  const raw = clients.map(
    (client) => async () => client.query('INSERT INTO public.messages (body) VALUES ($1)', [TEXT]),
  );
  const nothing = async () => ({ cpuMs: 0 });
  const windows: { readonly raw: Window; readonly enlace: Window }[] = [];
  try {
    for (let round = 0; round < WINDOWS; round += 1) {
      windows.push({
        raw: await goRound(raw, nothing),
        enlace: await goRound(threads.lanes, threads.usage),
      });
    }
  } finally {
    for (const client of clients) await client.end();
    await database.drop();
  }
  const of = (pick: (one: (typeof windows)[number]) => number) => median(windows.map(pick));
  const share = of((one) => one.enlace.perSecond / one.raw.perSecond);
  const serverCores = of((one) => one.enlace.serverCores);
  say(`Appends to ${CONNECTIONS} threads, one in flight each, medians of ${WINDOWS}:`);
  say(
    `  raw commits of one row  ${of((one) => one.raw.perSecond).toFixed(0)} /s  ` +
      cores({ serverCores: 0, loadCores: of((one) => one.raw.loadCores) }),
  );
  say(
    `  Enlace                  ${of((one) => one.enlace.perSecond).toFixed(0)} /s  ` +
      cores({ serverCores, loadCores: of((one) => one.enlace.loadCores) }),
  );
  say(`  ${share.toFixed(2)} of raw (goal 0.5)`);
}

/** An open loop: entries come at their times, whether the ones before were acknowledged or not. */
async function acknowledgements(threads: ManyThreads): Promise<void> {
  const waits: number[] = [];
  const idle = [...threads.lanes];
  const underway: Promise<void>[] = [];
  let late = 0;
  const [before, own, since] = [await threads.usage(), process.cpuUsage(), nowMs()];
  for (let at = 0; nowMs() - since < WINDOW_MS; at += 1) {
    const dueMs = since + (at * 1_000) / ENTRIES_PER_SECOND;
    if (dueMs > nowMs()) await pause(dueMs - nowMs());
    const lane = idle.shift();
    if (lane === undefined) {
      late += 1;
      continue;
    }
    const send = async (): Promise<void> => {
      const sentMs = nowMs();
      await lane();
      waits.push(nowMs() - sentMs);
      idle.push(lane);
    };
    const sending = send();
    underway.push(sending);
  }
  const took = nowMs() - since;
  const { user, system } = process.cpuUsage(own);
  const after = await threads.usage();
  await Promise.all(underway);
  const sorted = waits.toSorted((one, other) => one - other);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  const used = {
    serverCores: (after.cpuMs - before.cpuMs) / took,
    loadCores: (user + system) / 1_000 / took,
  };
  const waited = `p50 ${median(waits).toFixed(1)} ms  p99 ${p99.toFixed(1)} ms (goal 150)`;
  say(`Send to acknowledged with ${SOCKETS} sockets, ${ENTRIES_PER_SECOND} entries/s:`);
  say(`  ${waited}  ${waits.length} sent, ${late} left out  ${cores(used)}`);
}

async function memory(threads: ManyThreads): Promise<void> {
  const shape = { members: SOCKETS, senders: 0, text: TEXT };
  const bare = await startBaseline('bare', { ...shape, members: 1 });
  const begin = (await bare.usage()).rss;
  await bare.end();
  const full = await startBaseline('bare', shape);
  const each = ((await full.usage()).rss - begin) / SOCKETS;
  await full.end();
  const own = threads.idleBytes / SOCKETS;
  const kib = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KiB`;
  say(
    `An idle socket of ${SOCKETS}: bare socket.io ${kib(each)}, Enlace ${kib(own)}, ` +
      `${(own / each).toFixed(2)} x (goal 1.5)`,
  );
}

say(`${cpus().length} cores, Node ${process.version}, windows of ${WINDOW_MS / 1_000} s`);
const threads = await startManyThreads({ count: CONNECTIONS, sockets: SOCKETS, text: TEXT });
try {
  await goRound(threads.lanes, threads.usage);
  await appends(threads);
  await acknowledgements(threads);
  await memory(threads);
} finally {
  await threads.end();
}
