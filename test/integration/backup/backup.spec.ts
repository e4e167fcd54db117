import { chmod, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '@enlace/kernel';
import pg from 'pg';

import { Backlog } from '../../../apps/api/src/platform/backlog/backlog.js';
import { readConfig } from '../../../apps/api/src/platform/config/config.js';
import { StartupRefusal } from '../../../apps/api/src/platform/config/startup-refusal.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { createServer, type Server } from '../../../apps/api/src/server.js';
import { until } from '../../support/until.js';

const DAY_MS = 86_400_000;

jest.setTimeout(180_000);

let parent: string;
let running: Server | null = null;
/** How far the clock of the server was put forward. */
let aheadMs = 0;
const at = (...path: readonly string[]) => join(parent, ...path);

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'enlace-backup-'));
  await chmod(parent, 0o711); // as root, the account of the database passes through
  aheadMs = 0;
});

afterEach(async () => {
  await stop();
  await rm(parent, { recursive: true, force: true });
});

async function start(data: string, ...args: readonly string[]): Promise<void> {
  const config = readConfig({ ENLACE_DATA: at(data), PORT: '0' }, args);
  running = await createServer(config, {
    log: createLog('error'),
    allowUnsyncedDatabase: true,
    forTestsOnlyClock: { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs },
  });
}

async function stop(): Promise<void> {
  await running?.close();
  running = null;
}

/** Asks as the owner of the cluster, past the server. */
async function ask(data: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const password = (await readFile(at(data, 'postgres-password'), 'utf8')).trim();
  const socket = { host: at(data, 'run'), port: 5432 };
  const client = new pg.Client({ ...socket, user: 'postgres', password, database: 'enlace' });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const sets = async (): Promise<readonly string[]> =>
  (await readdir(at('backup', 'sets'))).toSorted();
const isFinished = async (set: string): Promise<boolean> =>
  (await readdir(at('backup', 'sets', set))).includes('complete.json');

/** Waits for so many sets that can be restored. */
async function finished(count: number): Promise<void> {
  await until(async () => {
    const names = await sets().catch(() => []);
    const states = await Promise.all(names.map(isFinished));
    return states.filter(Boolean).length === count;
  });
}

const EVENTS = `
SELECT type, (SELECT convert_from(body, 'utf8')::jsonb FROM audit.sections s
               WHERE s.event_id = e.event_id AND s.section = 1) AS what
  FROM audit.events e WHERE type LIKE 'backup.%' ORDER BY event_id`;
const LOG = `SELECT l.size::int, encode(l.root, 'hex') AS root FROM audit.streams s JOIN audit.logs l USING (log_id)
              WHERE s.stream = 'audit'`;
const STATE = `SELECT l.state FROM audit.streams s JOIN audit.logs l USING (log_id) WHERE s.stream = 'audit'`;
const SIGNED = `SELECT (SELECT count(*)::int FROM audit.outbox) + (SELECT count(*)::int FROM audit.logs l
  WHERE l.size <> coalesce((SELECT max(size) FROM audit.log_checkpoints c WHERE c.log_id = l.log_id), 0)) AS open`;

async function settled(data: string): Promise<void> {
  await until(async () => (await ask(data, SIGNED))[0]?.['open'] === 0);
}

async function refusal(...args: Parameters<typeof start>): Promise<string> {
  const refused = await start(...args).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(refused instanceof StartupRefusal)) throw new Error('not refused', { cause: refused });
  return refused.reasons.join('\n');
}

describe('a backup', () => {
  it('brings back what was there and what was written after the copy, with its log and its keys', async () => {
    await start('data', '--backup', at('backup'));
    await finished(1);
    await ask('data', 'CREATE TABLE public.written AS SELECT generate_series(1, 50000) AS n');
    await settled('data');
    const [log] = await ask('data', LOG);
    await stop();

    await rm(at('data'), { recursive: true });
    await start('other', '--restore', at('backup'));
    expect(await ask('other', 'SELECT count(*)::int, max(n) FROM public.written')).toEqual([
      { count: 50_000, max: 50_000 },
    ]);
    await settled('other');
    const events = await ask('other', EVENTS);
    expect(events.map(({ type }) => type)).toEqual(['backup.created', 'backup.restored']);
    expect(events[1]?.['what']).toMatchObject({
      checkpointSize: log?.['size'],
      outcome: 'success',
    });
    expect(await readdir(at('other', 'postgres'))).not.toContain('enlace-restored');

    await stop();
    await start('other', '--backup', at('backup'));
    await finished(2);
    expect(await ask('other', EVENTS)).toHaveLength(3);
  });

  it('is begun anew when the database went away, and loses nothing that was committed', async () => {
    await start('data', '--backup', at('backup'));
    await finished(1);
    const pid = Number.parseInt(
      await readFile(at('data', 'postgres', 'postmaster.pid'), 'utf8'),
      10,
    );
    await ask('data', 'CREATE TABLE public.written AS SELECT 1 AS n');
    process.kill(pid, 'SIGKILL');
    await finished(2);
    await ask('data', 'INSERT INTO public.written VALUES (2)');
    await stop();
    await start('other', '--restore', at('backup'));
    expect(await ask('other', 'SELECT n FROM public.written ORDER BY n')).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });

  it('puts a server on an older one into recovery, because the heads beside the sets know more', async () => {
    await start('data', '--backup', at('backup'));
    await finished(1);
    await stop();
    await start('data', '--backup', at('backup'));
    await finished(2);
    await settled('data');
    await stop();
    const [older = ''] = await sets();
    await start('other', '--restore', at('backup', 'sets', older));
    await running?.app.get(Backlog).look();
    expect(running?.app.get(Backlog).isHalted).toBe(true);
    const states = await ask('other', STATE);
    expect(states).toEqual([{ state: 'halted' }]);
    await stop();
    await start('newest', '--restore', at('backup'));
    await settled('newest');
    expect(await ask('newest', STATE)).toEqual([{ state: 'open' }]);
  });

  it('is made anew each week, and goes after thirty days, but for the newest', async () => {
    await start('data', '--backup', at('backup'));
    await finished(1);
    const [first] = await sets();
    aheadMs = 8 * DAY_MS;
    await finished(2);
    expect(await sets()).toContain(first);
    aheadMs = 31 * DAY_MS;
    await until(async () => !(await sets()).includes(first ?? ''));
    await finished(2);
    await stop();
    aheadMs = 100 * DAY_MS;
    await start('other', '--restore', at('backup', 'sets', (await sets())[0] ?? ''));
    const events = (await ask('other', EVENTS)).map(({ type }) => type);
    expect(events.slice(0, 2)).toEqual(['backup.created', 'backup.created']);
    expect(events.at(-1)).toBe('backup.restored');
  });

  it('goes into a folder without a database, from one that is whole, and into its own folder alone', async () => {
    await start('data', '--backup', at('backup'));
    await finished(1);
    await stop();
    expect(await refusal('data', '--restore', at('backup'))).toContain('holds a database');
    expect(await refusal('new', '--restore', at('data'))).toContain('holds no finished backup');
    expect(await refusal('new', '--backup', at('new', 'backup'))).toContain('must not lie');
    expect(await refusal('new', '--backup', at('backup'))).toContain('of another database');
    await chmod(at('backup'), 0o750);
    expect(await refusal('data', '--backup', at('backup'))).toContain('open to others');
    await chmod(at('backup'), 0o700);
    const [set = ''] = await sets();
    await truncate(at('backup', 'sets', set, 'base.tar'), 1_000_000);
    expect(await refusal('newer', '--restore', at('backup'))).toContain('is damaged');
    expect(await readdir(at('newer'))).not.toContain('postgres');
    await rm(at('backup', 'sets', set, 'complete.json'));
    expect(await refusal('newer', '--restore', at('backup'))).toContain('holds no finished backup');
  });
});
