import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cryptoReady } from '@enlace/e2ee';
import { checkHistory } from '@enlace/testing';

import { CrashRegion, type Blow } from '../../support/crash/crash-region.js';
import { verifyStoredLog } from '../../support/log/log-node.js';

/** `ROUNDS=30` by hand. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 4);
const BLOWS: readonly Blow[] = [
  { nodes: [0], database: false },
  { nodes: [], database: true },
  { nodes: [0, 1], database: false },
  { nodes: [1], database: true },
  { nodes: [0, 1], database: true },
];
/** Acknowledged between two blows, of all writers together: each blow strikes them at work. */
const PER_ROUND = 60;
/** Far more than it takes: how fast nodes start is no matter of this test. */
const RUN_MS = 120_000 + ROUNDS * 60_000;

let region: CrashRegion;
/** What went wrong in the background: then nothing is waited for any longer. */
const failures: unknown[] = [];
beforeAll(async () => {
  await cryptoReady();
  region = await CrashRegion.begin();
}, 240_000);
afterAll(async () => region?.close(), 60_000);

async function untilThere(isThere: () => boolean | Promise<boolean>): Promise<void> {
  while (failures.length === 0 && !(await isThere())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(failures).toEqual([]);
}

/** Lets them go on until they are told to end. */
function inBackground(work: readonly Promise<unknown>[]): Promise<unknown> {
  const all = Promise.all(work);
  all.catch((error: unknown) => void failures.push(error));
  return all;
}

async function untilMore(count = PER_ROUND): Promise<void> {
  const from = region.acknowledged;
  await untilThere(() => region.acknowledged >= from + count);
}

describe('twenty writers in four threads', () => {
  it(
    `lose, repeat and reorder nothing while nodes and PostgreSQL are killed ${ROUNDS} times`,
    async () => {
      const { writers, readers } = region;
      const writing = inBackground(writers.map(async (one) => one.write()));
      const reading = inBackground(readers.map(async (one) => one.read()));
      const backMs: number[] = [];
      for (const round of Array(ROUNDS).keys()) {
        await untilMore();
        const blow = BLOWS[round % BLOWS.length];
        if (blow !== undefined) backMs.push(await region.strike(blow));
      }
      await untilMore();
      for (const writer of writers) writer.isOver = true;
      await writing;
      const { logs } = await region.history();
      const ends = new Map(logs.map(({ thread, entries }) => [thread, entries.length]));
      await untilThere(() =>
        readers.every(({ list, lastSeq }) => lastSeq === ends.get(list.thread)),
      );
      for (const reader of readers) reader.isOver = true;
      await reading;
      const history = await region.history();
      expect(checkHistory(history)).toEqual([]);
      expect(history.sends.filter(({ receipt }) => receipt === null)).toEqual([]);
      const cut = writers.reduce((sum, one) => sum + one.cut, 0);
      expect(cut).toBeGreaterThan(ROUNDS);
      await untilThere(async () => region.isIntegrated());
      await verifyStoredLog(region.two.database, 'audit');
      const worst = Math.max(...backMs) / 1_000;
      process.stdout.write(
        `${ROUNDS} rounds: ${history.sends.length} entries acknowledged, ${cut} requests cut, ` +
          `nodes back after ${worst.toFixed(1)} s at most\n`,
      );
    },
    RUN_MS,
  );

  // Last of the file: it takes the region away.
  it(
    'are seen to lose entries where PostgreSQL tells of commits before it has written them',
    async () => {
      const { writers } = region;
      await region.forgetCommits();
      const writing = Promise.allSettled(writers.map(async (one) => one.write()));
      await untilMore();
      await region.strike({ nodes: [], database: true });
      for (const writer of writers) Object.assign(writer, { isOver: true, isAbandoned: true });
      await writing;
      const findings = checkHistory(await region.history());
      expect(findings.map(({ kind }) => kind)).toContain('lost');
    },
    RUN_MS,
  );
});
