import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { TestCluster } from '@enlace/testing';
import pg from 'pg';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A cluster that no other test is on, so that it can be killed. */
export interface OwnCluster {
  readonly cluster: TestCluster;
  /** Kills PostgreSQL at once; its keeper starts it again, on what is on disk. */
  kill(): Promise<void>;
  /**
   * From now on commits of this database are told before they are written, and what would write them soon stands still:
   * what people rely on a database not to do.
   */
  forgetCommits(database: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Its own PostgreSQL, kept by a process as a server keeps its embedded one. The cluster of all tests does not flush to
 * the disk, and neither does this one: what a process has written stays written when it is killed, and when the machine
 * loses its power nothing here is judged.
 */
export async function startOwnCluster(): Promise<OwnCluster> {
  const { TEST_DATABASE_URL: _shared, ...env } = process.env;
  const keeper = spawn(
    process.execPath,
    [
      '--conditions=@enlace/source',
      '--import=@swc-node/register/esm-register',
      'test/support/test-cluster.ts',
    ],
    {
      cwd: ROOT,
      env: { ...env, SWC_NODE_PROJECT: 'test/tsconfig.json' },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const gone = once(keeper, 'exit');
  const ended = gone.then(([code]) => {
    throw new Error(`the database did not start: ${code}`);
  });
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(createInterface(keeper.stdout), 'line'), ended]);
  const cluster: TestCluster = JSON.parse(String(line));
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: cluster.adminUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const [folder] = await run('SHOW data_directory');
  const pidFile = join(String(folder?.['data_directory']), 'postmaster.pid');
  const stopped: number[] = [];
  return {
    cluster,
    kill: async () => {
      process.kill(Number.parseInt(await readFile(pidFile, 'utf8'), 10), 'SIGKILL');
      // Its children end with it, but for those that stand still.
      for (const pid of stopped.splice(0)) process.kill(pid, 'SIGKILL');
    },
    forgetCommits: async (database) => {
      await run(`ALTER DATABASE ${database} SET synchronous_commit = off`);
      const [writer] = await run(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'",
      );
      stopped.push(Number(writer?.['pid']));
      process.kill(Number(writer?.['pid']), 'SIGSTOP');
      await run(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
      );
    },
    stop: async () => {
      keeper.stdin.end();
      await gone;
    },
  };
}
