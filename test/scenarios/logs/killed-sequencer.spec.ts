import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { toHex } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { openLogNode, verifyStoredLog } from '../../support/log/log-node.js';
import { anAct } from '../../support/people/recorded-acts.js';

const KILLS = 40;
/** Processes that run at the same moment: one leads, and the next starts while it does. */
const PROCESSES = 3;
/** Of so many acts, one rolls back. */
const ROLLED_BACK = 10;
const TIME_LIMIT_MS = 240_000;

const SCRIPT = fileURLToPath(new URL('../../support/sequencer-process.mjs', import.meta.url));

let fresh: FreshDatabase;
let node: Awaited<ReturnType<typeof openLogNode>>;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  fresh = await freshDatabase();
  node = await openLogNode(fresh);
});

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await node.close();
  await fresh.drop();
}, TIME_LIMIT_MS);

function startSequencer(): ChildProcess {
  const urls = [
    fresh.url('enl_app'),
    fresh.url('enl_sequencer'),
    fresh.url('enl_auditor'),
    fresh.url('enl_delivery'),
    node.dataDir,
  ];
  const child = fork(SCRIPT, urls, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Kills at what the process tells, at the two places between its transactions, or at any moment. */
async function killAt(child: ChildProcess, moment: 'between' | 'written' | 'any'): Promise<void> {
  const said = async (word: string) => {
    for (;;) {
      const [message]: unknown[] = await once(child, 'message');
      if (message === word) return;
    }
  };
  if (moment === 'any') {
    await said('ready');
    await pause(50 + ((37 * kills) % 300));
  } else {
    // Not always at the first: some batches must get through.
    const passing = async () => {
      for (let times = 0; times < 1 + (kills % 4); times += 1) await said(moment);
    };
    await Promise.race([passing(), pause(5_000)]);
  }
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  kills += 1;
}

let kills = 0;
const committed: string[] = [];

async function act(number: number): Promise<void> {
  const rollsBack = number % ROLLED_BACK === 0;
  const done = node.acts.run(anAct({ declared: ['person.listed'] }), async (at) => {
    const recorded = await node.audit.record(at, {
      type: 'person.listed',
      outcome: 'success',
      object: { type: 'person', id: 'CR' },
      states: ['CR'],
      fields: { count: number },
    });
    if (rollsBack) throw new Error('the act fails');
    return recorded;
  });
  const leaf = await done.then(
    (recorded) => toHex(recorded.leaf),
    () => null,
  );
  if (leaf === null && !rollsBack) throw new Error('an act failed that should not');
  if (leaf !== null) committed.push(leaf);
}

it(
  `${KILLS} kills of sequencer processes under load lose nothing, double nothing and sign no ghost`,
  async () => {
    const writing = new AbortController();
    const write = async () => {
      for (let number = 1; !writing.signal.aborted; number += 1) await act(number);
    };
    const moments = ['between', 'any', 'written', 'any'] as const;
    const kill = async () => {
      for (let turn = 0; kills < KILLS; turn += 1) {
        await killAt(startSequencer(), moments[turn % moments.length] ?? 'any');
      }
    };
    const killing = Promise.all(Array.from({ length: PROCESSES }, kill));
    await Promise.all([write(), killing.finally(() => writing.abort())]);
    await node.drain('audit');
    const log = await verifyStoredLog(fresh, 'audit');
    const leaves = log.entries.map(toHex);
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(log.state).toBe('open');
    // Every committed act stands in the log once; the two logs told of their start besides, and nothing else.
    expect(new Set(leaves).size).toBe(leaves.length);
    expect(leaves.filter((leaf) => committed.includes(leaf)).toSorted()).toEqual(
      committed.toSorted(),
    );
    expect(leaves).toHaveLength(committed.length + 2);
    expect(log.heads.length).toBeGreaterThan(5);
    const high = await node.highWater.read(log.origin);
    expect(high).not.toBeNull();
  },
  TIME_LIMIT_MS,
);
