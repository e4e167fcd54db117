import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { toHex } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { openLogNode, verifyStoredLog } from '../../support/log/log-node.js';
import { findReordered, Moments, type TimedAct } from '../../support/log/order-of-acts.js';
import { said, SequencerProcesses } from '../../support/log/sequencer-processes.js';
import { anAct, StandingClock } from '../../support/people/recorded-acts.js';

const KILLS = 40;
/** Processes that run at the same moment: one leads, and the next starts while it does. */
const PROCESSES = 3;
/** Of so many acts, one rolls back. */
const ROLLED_BACK = 10;
/** How far the clock of one node is behind that of the other one. */
const BEHIND_MS = 600_000;
/** The clock of the database goes back by up to so much from one row to the next. */
const STEPPING_SQL = `
CREATE FUNCTION public.step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.created_at := NEW.created_at - random() * interval '10 s';
  RETURN NEW;
END $$;
CREATE TRIGGER steps_back BEFORE INSERT ON audit.outbox FOR EACH ROW EXECUTE FUNCTION public.step_back()`;
const TIME_LIMIT_MS = 240_000;

let fresh: FreshDatabase;
type LogNode = Awaited<ReturnType<typeof openLogNode>>;
let node: LogNode;
/** Another node of the deployment, whose clock is behind: nothing may rest on what its ids say. */
let slow: LogNode;
let processes: SequencerProcesses;

beforeEach(async () => {
  fresh = await freshDatabase();
  node = await openLogNode(fresh);
  const clock = new StandingClock(node.clock.ms - BEHIND_MS);
  slow = await openLogNode(fresh, { dataDir: node.dataDir, clock });
  await fresh.asAdmin(STEPPING_SQL);
  processes = new SequencerProcesses(fresh);
});

afterEach(async () => {
  processes.endAll();
  await slow.close();
  await node.close();
  await fresh.drop();
}, TIME_LIMIT_MS);

/** Kills at what the process tells, at the two places between its transactions, or at any moment. */
async function killAt(child: ChildProcess, moment: 'between' | 'written' | 'any'): Promise<void> {
  if (moment === 'any') {
    await said(child, 'ready');
    await pause(50 + ((37 * kills) % 300));
  } else {
    // Not always at the first: some batches must get through.
    const passing = async () => {
      for (let times = 0; times < 1 + (kills % 4); times += 1) await said(child, moment);
    };
    await Promise.race([passing(), pause(5_000)]);
  }
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  kills += 1;
}

let kills = 0;
const moments = new Moments();
const committed: TimedAct[] = [];

async function act(on: LogNode, number: number): Promise<void> {
  const rollsBack = number % ROLLED_BACK === 0;
  const began = moments.next();
  const done = on.acts.run(anAct({ declared: ['person.listed'] }), async (at) => {
    const recorded = await on.audit.record(at, {
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
  if (leaf !== null) committed.push({ leaf, began, answered: moments.next() });
}

it(
  `${KILLS} kills of sequencer processes under load lose nothing, double nothing, sign no ghost and keep the order`,
  async () => {
    const writing = new AbortController();
    const write = async (on: LogNode) => {
      for (let number = 1; !writing.signal.aborted; number += 1) await act(on, number);
    };
    /** Somebody who acts here and there in turn: each act was answered before the next one begins. */
    const writeInTurns = async () => {
      for (let number = 1; !writing.signal.aborted; number += 1) {
        await act(number % 2 === 0 ? node : slow, number);
      }
    };
    const places = ['between', 'any', 'written', 'any'] as const;
    const kill = async () => {
      for (let turn = 0; kills < KILLS; turn += 1) {
        await killAt(processes.start(node.dataDir), places[turn % places.length] ?? 'any');
      }
    };
    const killing = Promise.all(Array.from({ length: PROCESSES }, kill));
    await Promise.all([
      write(node),
      write(slow),
      writeInTurns(),
      killing.finally(() => writing.abort()),
    ]);
    await node.drain('audit');
    const log = await verifyStoredLog(fresh, 'audit');
    const leaves = log.entries.map(toHex);
    const acts = new Map(committed.map((each) => [each.leaf, each]));
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(log.state).toBe('open');
    // Every committed act stands in the log once; the two logs told of their start besides, and nothing else.
    expect(new Set(leaves).size).toBe(leaves.length);
    expect(leaves.filter((leaf) => acts.has(leaf)).toSorted()).toEqual([...acts.keys()].toSorted());
    expect(leaves).toHaveLength(committed.length + 2);
    // What was answered before something else began stands before it; and an exchange of two would have been seen.
    expect(findReordered(leaves, committed)).toBeNull();
    expect(findReordered(leaves.toReversed(), committed)).not.toBeNull();
    expect(log.heads.length).toBeGreaterThan(5);
    const high = await node.highWater.read(log.origin);
    expect(high).not.toBeNull();
  },
  TIME_LIMIT_MS,
);
