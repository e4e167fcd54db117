import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, installationFor, privateFolder } from './accounts.js';
import { DataFolder } from './data-folder.js';
import { EnlaceCommand, isAlive, PATIENCE_MS, until } from './enlace-command.js';

const BEATS_SQL = 'SELECT node_id::text FROM app.node_heartbeats ORDER BY beat_at';

/** What the container's health check says of a server on this port: its exit code. */
function healthCheck(url: string): number | null {
  const environment = { PATH: process.env['PATH'], PORT: new URL(url).port };
  return spawnSync(process.execPath, [join(ROOT, 'docker/health-check.mjs')], { env: environment })
    .status;
}

describe.each(ACCOUNTS)('a server run by $name', (account) => {
  let installation: ReturnType<typeof installationFor>;
  let parent: string;
  let data: DataFolder;
  let command: EnlaceCommand;

  beforeAll(() => {
    assertBuilt();
    installation = installationFor(account);
    parent = privateFolder(account);
    data = new DataFolder(join(parent, 'data'));
  });

  afterEach(async () => {
    await command.destroy();
  });

  afterAll(() => {
    rmSync(parent, { recursive: true });
    installation.remove();
  });

  const serve = () => {
    const args = ['serve', '--json', '--port', '0', '--data', data.path];
    command = new EnlaceCommand({ root: installation.root, account, args });
    return command;
  };

  it(
    'starts from nothing, says where it answers and nothing else, and stops with its database',
    async () => {
      const url = await serve().ready();
      const ready = await fetch(`${url}/health/ready`);
      expect(ready.status).toBe(200);
      // Nobody has signed a release of the browser client for this deployment.
      const page = await fetch(url);
      expect([page.status, await page.json()]).toMatchObject([503, { code: 'release.none' }]);
      expect(healthCheck(url)).toBe(0);
      const cluster = data.clusterProcess();
      expect(cluster).not.toBeNull();

      command.kill('SIGINT');
      expect(await command.everybodyGone()).toEqual({ code: 0, signal: null });
      expect(command.output).toBe(`${JSON.stringify({ event: 'ready', url })}\n`);
      for (const line of command.errors.trim().split('\n')) {
        expect(JSON.parse(line)).toHaveProperty('event');
      }
      expect(isAlive(cluster ?? 0)).toBe(false);
      expect(data.clusterProcess()).toBeNull();
      expect(healthCheck(url)).toBe(1);
    },
    2 * PATIENCE_MS,
  );

  it(
    'finds its data again after it was killed',
    async () => {
      const url = await serve().ready();
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      const written = await data.query(BEATS_SQL);
      expect(written.length).toBeGreaterThan(0);
      const [server = 0] = command.children();
      process.kill(server, 'SIGKILL');
      expect(await command.exited()).toEqual({ code: 4, signal: null });
      expect(JSON.parse(command.output.split('\n')[1] ?? '')).toMatchObject({
        code: 'server.failed',
        facts: { end: 'SIGKILL' },
      });

      await serve().ready();
      expect(await data.query(BEATS_SQL)).toEqual(expect.arrayContaining([...written]));
    },
    2 * PATIENCE_MS,
  );

  it(
    'finds its data again after it was killed together with its database',
    async () => {
      const url = await serve().ready();
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      const written = await data.query(BEATS_SQL);
      const cluster = data.clusterProcess() ?? 0;
      const [server = 0] = command.children();
      process.kill(server, 'SIGKILL');
      process.kill(cluster, 'SIGKILL');
      await command.everybodyGone();
      await until('the end of the database', () => !isAlive(cluster));

      await serve().ready();
      expect(await data.query(BEATS_SQL)).toEqual(expect.arrayContaining([...written]));
    },
    2 * PATIENCE_MS,
  );

  it(
    'stops in order, with its database, when the command that started it is killed',
    async () => {
      await serve().ready();
      const cluster = data.clusterProcess() ?? 0;
      command.kill('SIGKILL');
      expect(await command.everybodyGone()).toEqual({ code: null, signal: 'SIGKILL' });
      expect(isAlive(cluster)).toBe(false);
      expect(data.clusterProcess()).toBeNull();
      expect(command.errors).toContain('process.stopped');
    },
    2 * PATIENCE_MS,
  );

  it(
    'leaves nothing running when it is stopped while it starts',
    async () => {
      serve();
      await until('the database', () => data.clusterProcess() !== null);
      command.kill('SIGINT');
      expect(await command.everybodyGone()).toMatchObject({ signal: null, code: 0 });
      expect(command.output).toBe('');
      expect(data.clusterProcess()).toBeNull();
    },
    2 * PATIENCE_MS,
  );
});
