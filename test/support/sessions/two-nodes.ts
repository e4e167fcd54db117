import { fork, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { systemClock } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase, type Region } from '@enlace/testing';

import { aPresentRegion, plantStatements } from '../people/region-directory.js';
import type { SeatedServer } from './seated-device.js';

const ENTRY = fileURLToPath(new URL('./node-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Two processes of the real server on one database, in a region with real keys. */
export interface TwoNodes {
  readonly nodes: readonly [SeatedServer, SeatedServer];
  readonly region: Region;
  readonly database: FreshDatabase;
  close(): Promise<void>;
}

export async function startTwoNodes(): Promise<TwoNodes> {
  const region = await aPresentRegion();
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'enlace-nodes-'));
  await plantStatements(database, region);
  const aheadMs = region.nowMs - systemClock.nowMs();
  const start = async (dataDir: string) => {
    await writeFile(join(dataDir, 'trust-store.json'), region.trustStoreText);
    return startNode({
      DATABASE_URL: database.url('enl_app'),
      DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
      DATABASE_AUDITOR_URL: database.url('enl_auditor'),
      DATABASE_DELIVERY_URL: database.url('enl_delivery'),
      ENLACE_DATA: dataDir,
      AHEAD_MS: String(aheadMs),
    });
  };
  await mkdir(join(folder, 'one'), { mode: 0o700 });
  const first = await start(join(folder, 'one'));
  // The second node signs the same logs: it has their keys.
  await cp(join(folder, 'one'), join(folder, 'two'), { recursive: true });
  const second = await start(join(folder, 'two'));
  const clock = { ms: region.nowMs, nowMs: () => systemClock.nowMs() + aheadMs };
  const seated = ({ url }: StartedNode): SeatedServer => ({ url, region, database, clock });
  return {
    nodes: [seated(first), seated(second)],
    region,
    database,
    close: async () => {
      await Promise.all([first.end(), second.end()]);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface StartedNode {
  readonly url: string;
  end(): Promise<void>;
}

async function startNode(env: Readonly<Record<string, string>>): Promise<StartedNode> {
  const child = fork(ENTRY, [], {
    cwd: ROOT,
    execArgv: ['--conditions=@enlace/source', '--import=@swc-node/register/esm-register'],
    env: {
      PATH: process.env['PATH'],
      SWC_NODE_PROJECT: 'test/tsconfig.json',
      PORT: '0',
      TRUSTED_PROXIES: '127.0.0.1,::1',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return { url: await urlOf(child), end: async () => end(child) };
}

async function urlOf(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('message', ({ url }: { url: string }) => resolve(url));
    child.once('exit', (code) => reject(new Error(`a node ended with ${code}: ${errors}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
