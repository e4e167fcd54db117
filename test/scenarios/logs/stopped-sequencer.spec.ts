import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toHex } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';
import pg from 'pg';

import { openLogNode, verifyStoredLog } from '../../support/log/log-node.js';
import { said, SequencerProcesses } from '../../support/log/sequencer-processes.js';
import { anAct } from '../../support/people/recorded-acts.js';
import { until } from '../../support/until.js';

const TIME_LIMIT_MS = 120_000;
const ACTS = 20;

let fresh: FreshDatabase;
let node: Awaited<ReturnType<typeof openLogNode>>;
let processes: SequencerProcesses;
/** The folder of the node whose leader is stopped: the same keys, and its own file of what it signed. */
let stoppedDir: string;
const committed: string[] = [];

beforeEach(async () => {
  committed.length = 0;
  fresh = await freshDatabase();
  node = await openLogNode(fresh);
  processes = new SequencerProcesses(fresh);
  stoppedDir = await mkdtemp(join(tmpdir(), 'enlace-stopped-'));
  await cp(node.dataDir, stoppedDir, { recursive: true });
}, TIME_LIMIT_MS);

afterEach(async () => {
  processes.endAll();
  await node.close();
  await fresh.drop();
  await rm(stoppedDir, { recursive: true, force: true });
}, TIME_LIMIT_MS);

async function act(): Promise<void> {
  for (let count = 0; count < ACTS; count += 1) {
    const recorded = await node.acts.run(anAct({ declared: ['person.listed'] }), async (at) =>
      node.audit.record(at, {
        type: 'person.listed',
        outcome: 'success',
        object: { type: 'person', id: 'CR' },
        states: ['CR'],
        fields: { count },
      }),
    );
    committed.push(toHex(recorded.leaf));
  }
}

/** Whoever holds the lock of the one that leads. */
const LEADER_SQL = `
SELECT a.pid, a.wait_event_type FROM pg_stat_activity a JOIN pg_locks l USING (pid)
 WHERE a.datname = current_database() AND a.usename = 'enl_sequencer' AND l.locktype = 'advisory' AND l.granted`;
const WAITING_LEADER_SQL = `SELECT FROM (${LEADER_SQL}) leader WHERE wait_event_type = 'Lock'`;

const signedSize = async (): Promise<number> => {
  const [row] = await fresh.asAdmin(
    `SELECT coalesce(max(c.size), 0)::int AS size FROM audit.log_checkpoints c
       JOIN audit.streams s USING (log_id) WHERE s.stream = 'audit'`,
  );
  return Number(row?.['size']);
};

/** What stands in the log, whose heads are all of one tree. */
async function stored() {
  const log = await verifyStoredLog(fresh, 'audit');
  const leaves = log.entries.map(toHex);
  const acts = leaves.filter((leaf) => committed.includes(leaf));
  return { state: log.state, doubled: leaves.length - new Set(leaves).size, acts: acts.toSorted() };
}

/** Every committed act, once. */
const whole = () => ({ state: 'open', doubled: 0, acts: committed.toSorted() });

describe('a leader that is stopped and comes back', () => {
  it.each(['between', 'written'] as const)(
    '%s its transactions, signs nothing else than the next one did',
    async (moment) => {
      const leader = processes.start(stoppedDir);
      await said(leader, 'ready');
      await act();
      await said(leader, moment);
      leader.kill('SIGSTOP');
      await act();
      // The next one leads, signs what the stopped one had not, and goes on.
      await node.drain('audit');
      const led = await signedSize();
      expect(led).toBeGreaterThan(ACTS);
      expect(await stored()).toEqual(whole());
      leader.kill('SIGCONT');
      await act();
      await until(async () => (await signedSize()) >= led + ACTS);
      expect(await stored()).toEqual(whole());
    },
    TIME_LIMIT_MS,
  );

  it(
    'in its transaction, which the database ended meanwhile, commits nothing of it',
    async () => {
      const leader = processes.start(stoppedDir);
      await said(leader, 'ready');
      const holding = new pg.Client({ connectionString: fresh.adminUrl });
      await holding.connect();
      await holding.query('BEGIN');
      await holding.query('SELECT FROM audit.logs FOR UPDATE');
      await act();
      // It leads, and waits for the row of its log.
      await until(async () => (await fresh.asAdmin(WAITING_LEADER_SQL)).length > 0);
      leader.kill('SIGSTOP');
      await holding.query('COMMIT');
      await holding.end();
      await fresh.asAdmin(`SELECT pg_terminate_backend(pid) FROM (${LEADER_SQL}) leader`);
      await until(async () => {
        await node.drain('audit');
        return (await signedSize()) >= ACTS;
      });
      const led = await signedSize();
      leader.kill('SIGCONT');
      await act();
      await until(async () => (await signedSize()) >= led + ACTS);
      expect(await stored()).toEqual(whole());
    },
    TIME_LIMIT_MS,
  );
});
