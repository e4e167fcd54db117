/**
 * How many deliveries a second a node makes, and how long a message takes to a member: bare socket.io without storage,
 * the same with one durable row for each message in order, and Enlace with everything on, also what the members report
 * to have received. Each server is a process of its own, and so is the load; windows take turns, so that whatever else
 * the machine does meets all three.
 */
import { cpus } from 'node:os';

import { freshDatabase } from '@enlace/testing';

import { startBaseline } from './load/baseline-side.js';
import { startFanOutThread } from './load/fan-out-thread.js';
import { measure, type Measured } from './load/measured.js';
import type { Side } from './load/side.js';
import { median } from './timing.js';

const MEMBERS = [50, 200] as const;
const IN_FLIGHT = 8;
const WINDOWS = 3;
const WINDOW_MS = Number(process.env['WINDOW_MS'] ?? 10_000);
const WARM_UP_MS = WINDOW_MS / 3;
const TEXT = 'a'.repeat(400);

/** Medians over the windows. */
function medians(windows: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => median(windows.map(pick));
  return {
    perSecond: of((one) => one.perSecond),
    p50: of((one) => one.p50),
    p99: of((one) => one.p99),
    serverCores: of((one) => one.serverCores),
    loadCores: of((one) => one.loadCores),
  };
}

async function bench(members: number): Promise<void> {
  const shape = { members, senders: IN_FLIGHT, text: TEXT };
  const database = await freshDatabase();
  await database.asAdmin('CREATE TABLE public.messages (id bigserial PRIMARY KEY, body text)');
  const sides: Side[] = [];
  const windows = new Map<Side, Measured[]>();
  try {
    sides.push(await startBaseline('(a) bare socket.io', shape));
    sides.push(await startBaseline('(b) one durable row each', shape, database.adminUrl));
    sides.push(await startFanOutThread('(c) Enlace', shape));
    for (const side of sides) await measure(side, IN_FLIGHT, WARM_UP_MS);
    for (let round = 0; round < WINDOWS; round += 1) {
      for (const side of sides) {
        const window = await measure(side, IN_FLIGHT, WINDOW_MS);
        windows.set(side, [...(windows.get(side) ?? []), window]);
      }
    }
  } finally {
    for (const side of sides) await side.end();
    await database.drop();
  }
  report(
    members,
    sides.map((side) => ({ name: side.name, ...medians(windows.get(side) ?? []) })),
  );
}

function report(members: number, rows: readonly (Measured & { readonly name: string })[]): void {
  process.stdout.write(
    `Fan-out to ${members} online, ${IN_FLIGHT} messages of ${TEXT.length} B in flight, medians of ${WINDOWS} x ` +
      `${WINDOW_MS / 1_000} s, ${cpus().length} cores, Node ${process.version}\n`,
  );
  for (const { name, perSecond, p50, p99, serverCores, loadCores } of rows) {
    const waits = `p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms`;
    const cores = `cores: server ${serverCores.toFixed(2)}, load ${loadCores.toFixed(2)}`;
    const speed = `${perSecond.toFixed(0).padStart(7)} deliveries/s`;
    process.stdout.write(`  ${name.padEnd(26)}${speed}  ${waits}  ${cores}\n`);
  }
  const [, naive, enlace] = rows;
  const share = (enlace?.perSecond ?? 0) / (naive?.perSecond ?? 1);
  const slower = (enlace?.p50 ?? 0) / (naive?.p50 ?? 1);
  process.stdout.write(
    `  (c) against (b): ${share.toFixed(2)} of the deliveries (goal 0.6), ${slower.toFixed(2)} x the p50 (goal 1.5)\n`,
  );
}

for (const members of MEMBERS) await bench(members);
