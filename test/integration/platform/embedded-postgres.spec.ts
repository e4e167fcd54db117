import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';
import pg from 'pg';

import { StartupRefusal } from '../../../apps/api/src/platform/config/startup-refusal.js';
import { isTraversable } from '../../../apps/api/src/platform/database/data-folder.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../apps/api/src/platform/embedded/embedded-postgres.js';
import { openDatabase } from '../../../apps/api/src/platform/database/open-database.js';
import { placeWithinReach } from '../../../apps/api/src/platform/embedded/postgres-binaries.js';
import { startServerProcess } from './embedded-server-process.js';

/** Four starts of a process in one test, each with a cluster, on a machine that others use. */
jest.setTimeout(180_000);

/** The account "nobody" of every host: an ordinary user to the launcher. PostgreSQL wants one that has a name. */
const ORDINARY_UID = 65_534;

const isRoot = process.getuid?.() === 0;
const quiet = { info: () => undefined, warn: () => undefined };
const folders: string[] = [];
const running: EmbeddedPostgres[] = [];
/** A cluster made once and copied for the tests that break it. */
let pristine: string;

async function newFolder(owner?: number): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'enlace-embedded-'));
  folders.push(parent);
  await chmod(parent, 0o711);
  if (owner !== undefined) await chown(parent, owner, owner);
  return join(parent, 'data');
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const options = { dataDir, log: quiet, random: systemRandom, unsynced: true };
  const cluster = await startEmbeddedPostgres(options);
  running.push(cluster);
  return cluster;
}

async function postmasterPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
}

/** Names, sizes, owners, modes and times of everything below. */
async function snapshot(dataDir: string): Promise<readonly string[]> {
  const names = await readdir(dataDir, { recursive: true });
  const lines = names.toSorted().map(async (name) => {
    const { size, mode, uid, mtimeMs } = await stat(join(dataDir, name));
    return [name, size, mode, uid, mtimeMs].join(' ');
  });
  return Promise.all(lines);
}

async function copyOfPristine(): Promise<string> {
  const dataDir = await newFolder();
  // cp keeps owners, modes and times, as a restored backup does.
  execFileSync('cp', ['-a', pristine, dataDir]);
  return dataDir;
}

async function refusal(dataDir: string): Promise<readonly string[]> {
  const refused = await start(dataDir).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof StartupRefusal)) throw new Error('not refused', { cause: refused });
  return refused.reasons;
}

async function askNumber(cluster: EmbeddedPostgres, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: cluster.ownerUrl('postgres') });
  await client.connect();
  const { rows } = await client.query<{ n: unknown }>(sql);
  await client.end();
  return rows[0]?.n;
}

beforeAll(async () => {
  pristine = await newFolder();
  await (await start(pristine)).stop();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((cluster) => cluster.stop()));
});

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** As who the server runs here. Another account needs a checkout that others may enter. */
const accounts = async () => {
  const self = [{ name: isRoot ? 'root' : 'an ordinary user', uid: undefined }];
  const other = [{ name: 'an ordinary user', uid: ORDINARY_UID }];
  return isRoot && (await isTraversable(process.cwd())) ? [...self, ...other] : self;
};

describe.each(await accounts())('a server that runs as $name', ({ uid }) => {
  it('keeps its data over a stop, a kill of itself, and a kill of both', async () => {
    const dataDir = await newFolder(uid);
    const first = await startServerProcess(dataDir, uid);
    expect(first.said).toEqual({ event: 'ready', starts: 1 });
    expect(await first.stop()).toBe(0);

    const second = await startServerProcess(dataDir, uid);
    expect(second.said).toEqual({ event: 'ready', starts: 2 });
    const orphan = await postmasterPid(dataDir);
    await second.kill();

    const third = await startServerProcess(dataDir, uid);
    expect(third.said).toEqual({ event: 'ready', starts: 3 });
    expect(await postmasterPid(dataDir)).toBe(orphan);
    await third.kill();
    process.kill(orphan, 'SIGKILL');

    const fourth = await startServerProcess(dataDir, uid);
    expect(fourth.said).toEqual({ event: 'ready', starts: 4 });
    expect(await fourth.stop()).toBe(0);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });

  it('shares the folder with no second server, and nothing happens to the first', async () => {
    const dataDir = await newFolder(uid);
    const first = await startServerProcess(dataDir, uid);
    const second = await startServerProcess(dataDir, uid);
    expect(second.said).toEqual({
      event: 'refused',
      reasons: [`The data folder ${dataDir} is in use by another running server.`],
    });
    expect(await second.stop()).toBe(78);
    expect(await first.stop()).toBe(0);
    const third = await startServerProcess(dataDir, uid);
    expect(third.said).toEqual({ event: 'ready', starts: 2 });
    await third.stop();
  });
});

describe('the data folder', () => {
  it('keeps everything secret closed to others', async () => {
    const modes = async (name: string) =>
      ((await stat(join(pristine, name))).mode & 0o777).toString(8);
    expect(await modes('.')).toBe(isRoot ? '711' : '700');
    expect(await modes('postgres')).toBe('700');
    expect(await modes('run')).toBe('700');
    expect(await modes('postgres-password')).toBe('600');
    expect(await modes('postgres.log')).toBe('600');
  });

  it('is refused when it is open to others, and left as it was', async () => {
    const dataDir = await copyOfPristine();
    await chmod(dataDir, 0o755);
    await chmod(join(dataDir, 'postgres'), 0o750);
    const before = await snapshot(dataDir);
    expect(await refusal(dataDir)).toEqual([
      expect.stringContaining(`${dataDir} is open to others (mode 0755)`),
    ]);
    expect(await snapshot(dataDir)).toEqual(before);
    await chmod(dataDir, isRoot ? 0o711 : 0o700);
    expect(await refusal(dataDir)).toEqual([expect.stringContaining('postgres is open to others')]);
  });

  it('is refused when it is a file', async () => {
    const dataDir = await newFolder();
    await writeFile(dataDir, '', { mode: 0o600 });
    expect(await refusal(dataDir)).toEqual([expect.stringContaining(dataDir)]);
  });

  it.each([
    [
      'without its version file',
      'PG_VERSION missing',
      (dir: string) => rm(join(dir, 'postgres/PG_VERSION')),
    ],
    [
      'without its tables',
      'global, base missing',
      async (dir: string) => {
        await rm(join(dir, 'postgres/global'), { recursive: true });
        await rm(join(dir, 'postgres/base'), { recursive: true });
      },
    ],
    [
      'of a newer PostgreSQL',
      'a newer PostgreSQL (19); this build runs 18',
      (dir: string) => writeFile(join(dir, 'postgres/PG_VERSION'), '19\n'),
    ],
    [
      'of an older PostgreSQL',
      'another PostgreSQL (9); this build runs 18',
      (dir: string) => writeFile(join(dir, 'postgres/PG_VERSION'), '9\n'),
    ],
    [
      'without its password',
      'postgres-password is missing',
      (dir: string) => rm(join(dir, 'postgres-password')),
    ],
  ])('is refused %s, and left as it was', async (_, reason, damage) => {
    const dataDir = await copyOfPristine();
    await damage(dataDir);
    const before = await snapshot(dataDir);
    expect(await refusal(dataDir)).toEqual([expect.stringContaining(reason)]);
    expect(await snapshot(dataDir)).toEqual(before);
  });

  it.each([
    ['control file cut off', 'pg_control', 'global/pg_control'],
    ['configuration destroyed', 'postgresql.conf', 'postgresql.conf'],
  ])('is refused in the words of PostgreSQL: %s', async (_, reason, file) => {
    const dataDir = await copyOfPristine();
    if (file.endsWith('.conf')) await writeFile(join(dataDir, 'postgres', file), '=\n');
    else await truncate(join(dataDir, 'postgres', file), 100);
    const [line, ...more] = await refusal(dataDir);
    expect(line).toContain(`The database in ${dataDir}/postgres does not start: `);
    expect(line).toContain(reason);
    expect(line).not.toContain('\n');
    expect(more).toEqual([]);
  });

  it('is refused when its password is another one', async () => {
    const dataDir = await copyOfPristine();
    await writeFile(join(dataDir, 'postgres-password'), 'wrong');
    expect(await refusal(dataDir)).toEqual([
      expect.stringContaining('postgres-password is not the password of this database'),
    ]);
  });
});

describe('a start that is refused', () => {
  it('leaves no process behind', async () => {
    const dataDir = await copyOfPristine();
    await writeFile(join(dataDir, 'postgres-password'), 'wrong');
    await refusal(dataDir);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });
});

describe('the cluster', () => {
  it('is made by one of two servers that start at the same moment on an empty folder', async () => {
    const dataDir = await newFolder();
    const results = await Promise.allSettled([start(dataDir), start(dataDir)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [lost] = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(lost).toBeInstanceOf(StartupRefusal);
    const [owner] = running;
    expect(owner && (await askNumber(owner, 'SELECT 1 AS n'))).toBe(1);
  });

  it('is made again when the first attempt was killed in the middle', async () => {
    const dataDir = await newFolder();
    await mkdir(join(dataDir, 'postgres.new-killed'), { recursive: true, mode: 0o700 });
    await chmod(dataDir, isRoot ? 0o711 : 0o700);
    await start(dataDir);
    expect(await readdir(dataDir)).not.toContain('postgres.new-killed');
  });

  it('listens on a socket only, and asks for a password there', async () => {
    const cluster = await start(await copyOfPristine());
    expect(await askNumber(cluster, `SELECT current_setting('listen_addresses') AS n`)).toBe('');
    const url = cluster.ownerUrl('postgres').replace(/:[^:@/]+@/, ':guess@');
    const stranger = new pg.Client({ connectionString: url });
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('listens on the loopback address when the path of a socket would be too long', async () => {
    const dataDir = join(await newFolder(), 'x'.repeat(100));
    const parent = join(dataDir, '..');
    await mkdir(parent, { mode: 0o711 });
    await chmod(parent, 0o711);
    const cluster = await start(dataDir);
    expect(cluster.ownerUrl('postgres')).toMatch(/@127\.0\.0\.1:\d+\/postgres$/);
    expect(await askNumber(cluster, `SELECT current_setting('listen_addresses') AS n`)).toBe(
      '127.0.0.1',
    );
  });

  it('is started again when its process dies under a living server', async () => {
    const dataDir = await newFolder();
    const opened = await openDatabase(
      { dataDir, migrate: false, allowUnsyncedDatabase: true },
      { log: quiet },
    );
    try {
      const killed = await postmasterPid(dataDir);
      process.kill(killed, 'SIGKILL');
      for (let tries = 0; tries < 100; tries++) {
        const isBack = await opened.database.probeWrite().then(
          async () => (await postmasterPid(dataDir)) !== killed,
          () => false,
        );
        if (isBack) break;
        await pause(50);
      }
      expect(await postmasterPid(dataDir)).not.toBe(killed);
      await opened.database.probeWrite();
    } finally {
      await opened.close();
    }
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });
});

describe('a database process that goes silent', () => {
  it('makes an act fail after eight seconds instead of holding it for ever', async () => {
    const opened = await openDatabase(
      { dataDir: await newFolder(), migrate: false, allowUnsyncedDatabase: true },
      { log: quiet },
    );
    const frozen: number[] = [];
    try {
      const act = opened.database.beforeSignIn(async (tx) => {
        const [{ pid }] = await tx.query('SELECT pg_backend_pid() AS pid');
        frozen.push(pid);
        process.kill(pid, 'SIGSTOP');
        await tx.query('SELECT 1');
      });
      await expect(act).rejects.toMatchObject({ code: 'service.unavailable' });
      await opened.database.probeWrite();
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      await opened.close();
    }
  });
});

describe('the programs of PostgreSQL', () => {
  const account = { name: 'postgres', uid: 1, gid: 1 };

  it('are copied out of a checkout that others cannot enter, whole or again', async () => {
    const folder = { path: await newFolder(), account };
    await mkdir(folder.path);
    const closed = await mkdtemp(join(tmpdir(), 'enlace-closed-'));
    folders.push(closed);
    await mkdir(join(closed, 'bin'));
    await writeFile(join(closed, 'bin/postgres'), 'program', { mode: 0o755 });
    const half = join(folder.path, 'postgres-1');
    await mkdir(half);
    await writeFile(join(half, 'half'), '');

    const placed = await placeWithinReach(closed, { folder, name: 'postgres-1' });
    expect(placed).toBe(half);
    expect((await readdir(placed)).toSorted()).toEqual(['bin', 'complete']);
    expect((await stat(placed)).mode & 0o777).toBe(0o755);

    await cp(closed, closed, { recursive: true }).catch(() => undefined);
    await writeFile(join(closed, 'bin/postgres'), 'newer');
    await placeWithinReach(closed, { folder, name: 'postgres-1' });
    expect(await readFile(join(placed, 'bin/postgres'), 'utf8')).toBe('program');
  });

  it('stay where they are when the account can get there', async () => {
    const open = await newFolder();
    await mkdir(open);
    await chmod(open, 0o755);
    const folder = { path: '/nowhere', account };
    expect(await placeWithinReach(open, { folder, name: 'postgres-1' })).toBe(open);
  });
});
