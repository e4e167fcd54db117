import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import type { S3Settings } from '../../../apps/api/src/platform/config/s3-settings.js';
import { freePort } from '../free-port.js';
import { programOf } from '../programs.js';
import { until } from '../until.js';
import { KEYS, STORING, USER, writeSwiftFiles } from './swift-files.js';

const SERVERS = ['proxy', ...STORING] as const;
const BUCKET = 'enlace';

const PROGRAMS = [
  'memcached',
  'python3',
  'swift-ring-builder',
  ...SERVERS.map((name) => `swift-${name}-server`),
];

/** Swift keeps what it knows of an object beside its bytes, where the file system lets it. */
function hasAttributes(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'enlace-attributes-'));
  const set = 'import os, sys; os.setxattr(sys.argv[1], "user.enlace", b"1")';
  const { status } = spawnSync('python3', ['-c', set, folder]);
  rmSync(folder, { recursive: true });
  return status === 0;
}

/** Whether this machine has OpenStack Swift, a store of objects that speaks S3; nothing is tried with it elsewhere. */
export const HAS_SWIFT = PROGRAMS.every((name) => programOf(name) !== null) && hasAttributes();

/** A store of one disk with one bucket; its door can be stopped, closed and opened again. */
export class SwiftServer {
  readonly #children = new Map<string, ChildProcess>();

  private constructor(
    private readonly folder: string,
    private readonly ports: readonly number[],
  ) {}

  static async start(): Promise<SwiftServer> {
    const folder = await mkdtemp(join(tmpdir(), 'enlace-objects-'));
    const ports: number[] = [];
    for (let at = 0; at <= SERVERS.length; at += 1) ports.push(await freePort());
    await writeSwiftFiles(folder, ports);
    const server = new SwiftServer(folder, ports);
    for (const [at, name] of STORING.entries()) ringOf(folder, name, ports[at + 1] ?? 0);
    const cache = ['-l', '127.0.0.1', '-p', String(ports.at(-1)), '-u', USER];
    server.#children.set('cache', spawn('memcached', cache, { stdio: 'ignore' }));
    for (const name of STORING) server.#run(name);
    await server.open();
    const { endpoint, region, ...credentials } = server.settings();
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await until(async () =>
      client.send(new CreateBucketCommand({ Bucket: BUCKET })).then(
        () => true,
        () => false,
      ),
    );
    client.destroy();
    return server;
  }

  settings(): S3Settings {
    const endpoint = `http://127.0.0.1:${this.ports[0]}`;
    return { endpoint, bucket: BUCKET, region: 'us-east-1', ...KEYS };
  }

  environment(): Readonly<Record<string, string>> {
    const { endpoint, accessKeyId, secretAccessKey } = this.settings();
    return {
      ATTACHMENTS_S3_URL: `${endpoint}/${BUCKET}`,
      ATTACHMENTS_S3_ACCESS_KEY: accessKeyId,
      ATTACHMENTS_S3_SECRET_KEY: secretAccessKey,
    };
  }

  /** The server that S3 is spoken with. */
  async open(): Promise<void> {
    this.#run('proxy');
    await until(async () =>
      fetch(this.settings().endpoint).then(
        () => true,
        () => false,
      ),
    );
  }

  async close(): Promise<void> {
    await this.#kill('proxy');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#children.get('proxy')?.kill(name);
  }

  async end(): Promise<void> {
    for (const name of this.#children.keys()) await this.#kill(name);
    await rm(this.folder, { recursive: true, force: true });
  }

  #run(name: (typeof SERVERS)[number]): void {
    const file = join(this.folder, `${name}.conf`);
    this.#children.set(name, spawn(`swift-${name}-server`, [file], { stdio: 'ignore' }));
  }

  async #kill(name: string): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

/** Where what is stored lies: on the one disk. */
function ringOf(folder: string, name: string, port: number): void {
  const build = (...args: readonly string[]): void => {
    execFileSync('swift-ring-builder', [join(folder, `${name}.builder`), ...args]);
  };
  build('create', '4', '1', '1');
  build('add', `r1z1-127.0.0.1:${port}/disk`, '1');
  build('rebalance');
}
