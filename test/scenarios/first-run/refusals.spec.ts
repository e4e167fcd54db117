import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from './accounts.js';
import { DataFolder } from './data-folder.js';
import { EnlaceCommand, PATIENCE_MS } from './enlace-command.js';

const [SELF] = ACCOUNTS as [Account];
const REFUSED = 78;
const MIGRATIONS_SQL =
  'SELECT name, sha256, applied_at::text FROM app.schema_migrations ORDER BY name';

/** One login for all roles of a server. */
const everyLogin = (url: string) => ({
  DATABASE_URL: url,
  DATABASE_SEQUENCER_URL: url,
  DATABASE_AUDITOR_URL: url,
  DATABASE_DELIVERY_URL: url,
});

interface RefusalLine {
  readonly event: string;
  readonly code: string;
  readonly reasons?: readonly string[];
}

describe('a server that must not start', () => {
  let parent: string;
  /** A data folder that a server made and left in order; each test gets a copy. */
  let made: DataFolder;
  let data: DataFolder;
  let copies = 0;
  const started: EnlaceCommand[] = [];

  beforeAll(async () => {
    assertBuilt();
    parent = privateFolder(SELF);
    made = new DataFolder(join(parent, 'made'));
    const command = start({ data: made });
    await command.ready();
    command.kill('SIGTERM');
    await command.everybodyGone();
  }, 2 * PATIENCE_MS);

  beforeEach(() => {
    copies += 1;
    data = new DataFolder(join(parent, `copy-${copies}`));
    execFileSync('cp', ['-a', made.path, data.path]);
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (command) => command.destroy()));
    rmSync(data.path, { recursive: true });
  });

  afterAll(() => {
    rmSync(parent, { recursive: true });
  });

  function start({ data: folder, port = '0', environment = {} }: Serve): EnlaceCommand {
    const args = ['serve', '--json', '--port', port, '--data', folder.path];
    const command = new EnlaceCommand({ root: ROOT, account: SELF, args, environment });
    started.push(command);
    return command;
  }

  interface Serve {
    readonly data: DataFolder;
    readonly port?: string;
    readonly environment?: Readonly<Record<string, string>>;
  }

  /** The reasons of a start that is refused, the way a script gets them. */
  async function refusal(serve: Serve): Promise<string> {
    const running = serve.data.clusterProcess();
    const command = start(serve);
    expect(await command.everybodyGone()).toEqual({ code: REFUSED, signal: null });
    expect(serve.data.clusterProcess()).toBe(running);
    const line = JSON.parse(command.output) as RefusalLine;
    expect(line).toMatchObject({ event: 'error', code: 'server.refused' });
    const reasons = line.reasons ?? [];
    expect(reasons.length).toBeGreaterThan(0);
    // The same lines for people, without a stack trace.
    for (const reason of reasons) {
      expect(command.errors).toContain(`enlace: ${reason}\n`);
    }
    expect(command.errors).not.toMatch(/^\s+at /mu);
    return reasons.join('\n');
  }

  it(
    'says that the port is busy',
    async () => {
      const busy = createServer().listen(0, '127.0.0.1');
      await once(busy, 'listening');
      const { port } = busy.address() as AddressInfo;
      const before = data.queryStopped(MIGRATIONS_SQL);
      expect(await refusal({ data, port: String(port) })).toContain(`${port} is in use`);
      expect(data.queryStopped(MIGRATIONS_SQL)).toBe(before);
      busy.close();
    },
    PATIENCE_MS,
  );

  it(
    'says which database cannot be reached, without the password',
    async () => {
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const { port } = free.address() as AddressInfo;
      free.close();
      const before = data.contents();
      const url = new URL(`postgres://127.0.0.1:${port}/enlace`);
      url.username = 'enl_app';
      url.password = 'hunter2-secret';
      const environment = everyLogin(url.href);
      const reasons = await refusal({ data, environment });
      expect(reasons).toContain('DATABASE_URL');
      expect(reasons).toContain(`127.0.0.1:${port}/enlace`);
      expect(reasons).not.toContain('hunter2');
      expect(data.contents()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'says that a setting is wrong before it touches anything',
    async () => {
      const before = data.contents();
      const environment = { HOST: '0.0.0.0', DATABASE_URL: 'mysql://somewhere' };
      const reasons = await refusal({ data, environment });
      expect(reasons).toContain('DATABASE_URL');
      expect(reasons).toContain('PUBLIC_ORIGIN');
      expect(data.contents()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it.each([
    [
      'lost a part',
      (folder: string) => renameSync(join(folder, 'postgres/global'), join(folder, 'global')),
      'damaged',
    ],
    [
      'was cut short',
      (folder: string) => truncateSync(join(folder, 'postgres/global/pg_control'), 100),
      'does not start',
    ],
    [
      'was made by a newer PostgreSQL',
      (folder: string) => writeFileSync(join(folder, 'postgres/PG_VERSION'), '99\n'),
      'newer PostgreSQL',
    ],
    [
      'lost its password',
      (folder: string) => rmSync(join(folder, 'postgres-password')),
      'postgres-password',
    ],
    ['is open to others', (folder: string) => chmodSync(folder, 0o777), 'open to others'],
  ])(
    'leaves a data folder alone that %s',
    async (_what, damage, reason) => {
      damage(data.path);
      const before = data.contents();
      expect(await refusal({ data })).toContain(reason);
      expect(data.contents()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'does not work on a schema that is newer than the program',
    async () => {
      data.queryStopped(
        `INSERT INTO app.schema_migrations (name, sha256, applied_at)
         VALUES ('9999-from-the-future', '${'0'.repeat(64)}', now())`,
      );
      const before = data.queryStopped(MIGRATIONS_SQL);
      expect(await refusal({ data })).toContain('9999-from-the-future');
      expect(data.queryStopped(MIGRATIONS_SQL)).toBe(before);
    },
    PATIENCE_MS,
  );

  it(
    'promises nothing on a database that may forget what it has acknowledged',
    async () => {
      data.queryStopped('ALTER DATABASE enlace SET synchronous_commit = off');
      expect(await refusal({ data })).toContain('synchronous_commit = off');
    },
    PATIENCE_MS,
  );

  describe('beside a server that runs', () => {
    beforeEach(async () => {
      await start({ data }).ready();
    }, PATIENCE_MS);

    it(
      'takes no superuser for its login',
      async () => {
        const url = data.ownerUrl();
        const environment = everyLogin(url);
        const before = await data.query(MIGRATIONS_SQL);
        const reasons = await refusal({ data: made, environment });
        expect(reasons).toContain('superuser');
        expect(await data.query(MIGRATIONS_SQL)).toEqual(before);
      },
      PATIENCE_MS,
    );

    it(
      'does not take the data folder of another server',
      async () => {
        const cluster = data.clusterProcess();
        expect(await refusal({ data })).toContain('in use');
        expect(data.clusterProcess()).toBe(cluster);
        expect(await data.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      },
      PATIENCE_MS,
    );
  });
});
