import { setTimeout as pause } from 'node:timers/promises';

import { median, nowMs } from '../timing.js';
import type { Side } from './side.js';

export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly serverCores: number;
  readonly loadCores: number;
}

/** A closed loop for so long: each sender sends its next message when the last one is acknowledged. */
export async function measure(side: Side, senders: number, ms: number): Promise<Measured> {
  const waits: number[] = [];
  const sentAt = new Map<string, number>();
  side.observe((key) => {
    const since = sentAt.get(key);
    if (since !== undefined) waits.push(nowMs() - since);
    sentAt.delete(key);
  });
  const [before, own, from] = [await side.usage(), process.cpuUsage(), side.delivered()];
  const since = nowMs();
  const loop = { isOver: false };
  const lanes = Promise.all(
    Array.from({ length: senders }, async (_, by) => {
      while (!loop.isOver) await side.send(by, (key) => sentAt.set(key, nowMs()));
    }),
  );
  // A lane that fails ends the measurement, and nothing waits for the others.
  await Promise.race([pause(ms), lanes]);
  const took = nowMs() - since;
  const delivered = side.delivered() - from;
  const { user, system } = process.cpuUsage(own);
  const after = await side.usage();
  loop.isOver = true;
  await lanes;
  const sorted = waits.toSorted((one, other) => one - other);
  return {
    perSecond: (delivered * 1_000) / took,
    p50: median(waits),
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    serverCores: (after.cpuMs - before.cpuMs) / took,
    loadCores: (user + system) / 1_000 / took,
  };
}
