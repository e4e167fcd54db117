import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { Random } from '@enlace/kernel';
import pg from 'pg';

import { StartupRefusal } from '../config/startup-refusal.js';
import { openDataFolder, type DataFolder } from '../database/data-folder.js';
import { errorCode } from '../database/database-errors.js';
import type { DatabaseLog } from '../database/database-log.js';
import {
  findCluster,
  makeCluster,
  makeRunFolder,
  ownerPassword,
  refuseOtherVersion,
} from './embedded-cluster.js';
import { findBinaries, type PostgresBinaries } from './postgres-binaries.js';

/** Longest path of a unix socket (sockaddr_un of Linux, without the final zero). */
const SOCKET_PATH_LIMIT_BYTES = 107;

/** Recovery after a crash replays the log since the last checkpoint; longer than this an operator must look. */
const READY_WITHIN_MS = 60_000;

/** A fast shutdown that takes longer is followed by an immediate one, which costs a recovery and no data. */
const STOP_WITHIN_MS = 5_000;

const POLL_MS = 50;

/** A process that accepts a connection and stays silent for so long does not count as answering. */
const ANSWER_WITHIN_MS = 2_000;

/**
 * How often PostgreSQL may end at once before its reason is believed, and the wait between. What a killed
 * cluster leaves (its lock file, the memory that its last children hold) is gone after a moment; damage stays.
 */
const START_ATTEMPTS = { count: 6, waitMs: 250 } as const;

/** Session lock that the server holds while it lives; PostgreSQL frees it when the server dies, however it dies. */
const OWNER_LOCK = 20_261_123;

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: DatabaseLog;
  readonly random: Random;
  /** Nothing is flushed to disk: for temporary clusters of tests only, a power cut destroys them. */
  readonly unsynced: boolean;
}

/**
 * Starts the PostgreSQL of the npm package on the data folder, or takes over the one that a killed server left
 * running. Refuses, with the folder as it was, when the folder is unsafe, damaged, of another version, or used
 * by another server.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const folder = await openDataFolder(options.dataDir, options.log);
  const found = await findCluster(folder);
  const binaries = await findBinaries(folder);
  if (found !== null) refuseOtherVersion(folder, found, binaries.major);
  const password = await ownerPassword(folder, { create: found === null, random: options.random });
  if (found === null) {
    await makeCluster(folder, (target) => initialise(target, { binaries, folder, options }));
  }
  await makeRunFolder(folder);
  const endpoint = await chooseEndpoint(folder);
  const cluster = new EmbeddedPostgres({ ...options, folder, binaries, password, ...endpoint });
  await cluster.bringUp();
  return cluster;
}

interface Parts extends EmbeddedOptions, Endpoint {
  readonly folder: DataFolder;
  readonly binaries: PostgresBinaries;
  readonly password: string;
}

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The running cluster. One server owns it: it holds `OWNER_LOCK` on a connection that is also the sign of life. */
export class EmbeddedPostgres {
  #child: ChildProcess | undefined;
  #owner: pg.Client | undefined;
  /** Whether the owner's connection stands, which proves that the process of `postmaster.pid` is this cluster. */
  #isUp = false;
  #isStopping = false;
  #revival: Promise<void> | undefined;

  constructor(private readonly parts: Parts) {}

  /** URL of one database for one login; PostgreSQL takes the socket's folder from the query. */
  url(login: { user: string; password: string; database: string }): string {
    const { host, port } = this.parts;
    const where = host.startsWith('/')
      ? `localhost:${port}/${login.database}?host=${encodeURIComponent(host)}`
      : `${host}:${port}/${login.database}`;
    return `postgres://${login.user}:${login.password}@${where}`;
  }

  /** URL of one database for the cluster owner, who passes every policy: for provisioning only. */
  ownerUrl(database: string): string {
    return this.url({ user: 'postgres', password: this.parts.password, database });
  }

  /**
   * Ends with this server as the owner of a cluster that answers, or refuses and stops nothing that others
   * started.
   */
  async bringUp(): Promise<void> {
    const client = await this.#connectOrStart().catch(async (error: unknown) => {
      await this.#stopChild();
      throw error;
    });
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [OWNER_LOCK],
    );
    if (rows[0]?.locked !== true) {
      await client.end();
      throw new StartupRefusal([
        `The data folder ${this.parts.folder.path} is in use by another running server.`,
      ]);
    }
    client.on('end', () => {
      this.#isUp = false;
      this.#revival = this.#revive();
    });
    this.#owner = client;
    this.#isUp = true;
  }

  /**
   * Fast shutdown: open transactions are rolled back, a checkpoint is written. Resolves when the process is
   * gone.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#revival;
    const pid = this.#isUp ? await this.#postmasterPid() : undefined;
    this.#owner?.end().catch(() => undefined); // not awaited: a frozen process would not answer
    if (pid === undefined) return this.#stopChild();
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      if (!sendSignal(pid, signal)) return;
      for (let waitedMs = 0; waitedMs < STOP_WITHIN_MS; waitedMs += POLL_MS) {
        if (await this.#isGone(pid)) return;
        await pause(POLL_MS);
      }
    }
  }

  /** The cluster takes its file away a moment before it ends; of our own child we know the end itself. */
  async #isGone(pid: number): Promise<boolean> {
    if (this.#child?.pid === pid) return !isRunning(this.#child);
    return (await this.#postmasterPid()) !== pid || !sendSignal(pid, 0);
  }

  /** A process of ours that never became the cluster of this server, or is none any more. */
  async #stopChild(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !isRunning(child)) return;
    child.kill('SIGQUIT');
    await once(child, 'exit');
  }

  /** The database process died under a living server: start it again, for as long as that takes. */
  async #revive(): Promise<void> {
    while (!this.#isStopping) {
      this.parts.log.warn('The database process is gone: starting it again.');
      try {
        return await this.bringUp();
      } catch (error) {
        this.parts.log.warn(error instanceof Error ? error.message : 'The database is still gone.');
        await pause(10 * POLL_MS);
      }
    }
  }

  async #connectOrStart(): Promise<pg.Client> {
    let attempts = 0;
    const deadline = AbortSignal.timeout(READY_WITHIN_MS);
    while (!deadline.aborted) {
      const client = await this.#connect();
      if (client !== undefined) return client;
      // A cluster that somebody else started, or is stopping, answers or goes away; PostgreSQL's own lock keeps
      // us out.
      if (!isRunning(this.#child) && !(await this.#isOthersCluster())) {
        if (attempts === START_ATTEMPTS.count) break;
        if (attempts > 0) await pause(START_ATTEMPTS.waitMs);
        this.#child = await this.#spawn({ isFirst: attempts === 0 });
        attempts += 1;
      }
      await pause(POLL_MS);
    }
    const { logFile, cluster } = this.parts.folder;
    const reason = await lastFailure(logFile);
    throw new StartupRefusal([`The database in ${cluster} does not start: ${reason}`]);
  }

  /** `undefined` while nothing listens or the cluster is still starting. Any other failure is for the caller. */
  async #connect(): Promise<pg.Client | undefined> {
    const client = new pg.Client({
      connectionString: this.ownerUrl('postgres'),
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
    });
    client.on('error', () => undefined); // 'end' follows and is acted upon
    try {
      await client.connect();
      return client;
    } catch (cause) {
      if (errorCode(cause) === '28P01') {
        throw new StartupRefusal(
          [`${this.parts.folder.passwordFile} is not the password of this database.`],
          { cause },
        );
      }
      return undefined;
    }
  }

  async #spawn({ isFirst }: { isFirst: boolean }): Promise<ChildProcess> {
    const { folder, binaries, host, port, unsynced } = this.parts;
    const socketFolder = host.startsWith('/') ? `"${host.replaceAll('"', '""')}"` : '';
    const listen = host.startsWith('/') ? '' : host;
    if (isFirst) await rename(folder.logFile, `${folder.logFile}.previous`).catch(() => undefined);
    const logFile = await open(folder.logFile, 'a', 0o600);
    try {
      const settings = [
        `listen_addresses=${listen}`,
        `unix_socket_directories=${socketFolder}`,
        'unix_socket_permissions=0700',
        ...(unsynced ? ['fsync=off', 'full_page_writes=off'] : []),
      ].flatMap((setting) => ['-c', setting]);
      const child = spawn(
        binaries.postgres,
        ['-D', folder.cluster, '-p', String(port), ...settings],
        // Detached: Ctrl-C in the terminal reaches the server alone, which stops the database last.
        { ...identity(folder), detached: true, stdio: ['ignore', logFile.fd, logFile.fd] },
      );
      child.on('error', () => undefined); // seen as an exit by the loop that waits for it
      child.unref();
      return child;
    } finally {
      await logFile.close();
    }
  }

  async #postmasterPid(): Promise<number | undefined> {
    const file = join(this.parts.folder.cluster, 'postmaster.pid');
    const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
    return pid > 0 ? pid : undefined;
  }

  async #isOthersCluster(): Promise<boolean> {
    const pid = await this.#postmasterPid();
    return pid !== undefined && pid !== this.#child?.pid && sendSignal(pid, 0);
  }
}

async function initialise(
  target: string,
  { binaries, folder, options }: Pick<Parts, 'binaries' | 'folder'> & { options: EmbeddedOptions },
): Promise<void> {
  const args = [
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    `--pwfile=${folder.passwordFile}`,
    `--pgdata=${target}`,
    ...(options.unsynced ? ['--no-sync'] : []),
  ];
  options.log.info(`Making the database in ${folder.cluster}.`);
  await promisify(execFile)(binaries.initdb, args, identity(folder)).catch((cause: unknown) => {
    const reason = firstLine(cause);
    throw new StartupRefusal([`The database in ${folder.cluster} could not be made: ${reason}`], {
      cause,
    });
  });
}

/** A small environment, so that no PG* variable and no secret of the server reaches the child. */
function identity({ account }: DataFolder) {
  const env = { LC_ALL: 'C', PATH: process.env['PATH'] };
  return { cwd: '/', env, ...(account && { uid: account.uid, gid: account.gid }) };
}

async function chooseEndpoint(folder: DataFolder): Promise<Endpoint> {
  const port = 5432;
  const socket = join(folder.run, `.s.PGSQL.${port}`);
  const fits = Buffer.byteLength(socket) <= SOCKET_PATH_LIMIT_BYTES;
  if (fits && process.platform !== 'win32') return { host: folder.run, port };
  // A cluster that a killed server left running keeps the port it got (line 4 of the file).
  const pidFile = await readFile(join(folder.cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const kept = Number(pidFile.split('\n')[3]);
  return { host: '127.0.0.1', port: kept > 0 ? kept : await freePort() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function lastFailure(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n');
  const failure = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line));
  return failure?.replace(/^.*?\b(FATAL|PANIC): */, '') ?? `no reason in ${logFile}`;
}

function firstLine(error: unknown): string {
  const spoken = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return spoken.split('\n')[0] ?? '';
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Signal 0 only asks. `false`: no such process, or not ours. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
