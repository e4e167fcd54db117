import { fork, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { RateLimit } from '@enlace/contracts';
import { systemClock } from '@enlace/kernel';
import { freshDatabase, type FreshDatabase, type Region, type TestCluster } from '@enlace/testing';

import { aPresentRegion, plantStatements } from '../people/region-directory.js';
import type { SeatedServer } from './seated-device.js';

const ENTRY = fileURLToPath(new URL('./node-process.ts', import.meta.url));
/** How often a node is started until it stays. */
const STARTS = 20;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Two processes of the real server on one database, in a region with real keys. */
export interface TwoNodes {
  readonly nodes: readonly [SeatedServer, SeatedServer];
  readonly region: Region;
  readonly database: FreshDatabase;
  /** Tells one of the nodes to stop. */
  stop(at: 0 | 1): Promise<{ readonly code: number | null; readonly ms: number }>;
  /** Ends one at once, whatever it is doing. */
  kill(at: 0 | 1): Promise<void>;
  /** Starts one again that is gone, at its address and on what it had; as often as it takes, as a supervisor does. */
  restart(at: 0 | 1): Promise<void>;
  close(): Promise<void>;
}

/**
 * `prepare` adds to the region what it has to have stated before; `rates` are classes of which more is taken than the
 * limits say.
 */
export async function startTwoNodes(
  prepare: (region: Region) => void = () => undefined,
  rates: Readonly<Record<string, RateLimit>> = {},
  cluster?: TestCluster,
): Promise<TwoNodes> {
  const region = await aPresentRegion();
  prepare(region);
  const database = await freshDatabase(cluster);
  const folder = await mkdtemp(join(tmpdir(), 'enlace-nodes-'));
  await plantStatements(database, region);
  const aheadMs = region.nowMs - systemClock.nowMs();
  const start = async (dataDir: string, port = '0') => {
    await writeFile(join(dataDir, 'trust-store.json'), region.trustStoreText);
    return startNode({
      PORT: port,
      DATABASE_URL: database.url('enl_app'),
      DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
      DATABASE_AUDITOR_URL: database.url('enl_auditor'),
      DATABASE_DELIVERY_URL: database.url('enl_delivery'),
      ENLACE_DATA: dataDir,
      AHEAD_MS: String(aheadMs),
      RATES: JSON.stringify(rates),
    });
  };
  await mkdir(join(folder, 'one'), { mode: 0o700 });
  const folders = [join(folder, 'one'), join(folder, 'two')] as const;
  const first = await start(folders[0]);
  // The second node signs the same logs: it has their keys.
  await cp(folders[0], folders[1], { recursive: true });
  const nodes: [StartedNode, StartedNode] = [first, await start(folders[1])];
  const clock = { ms: region.nowMs, nowMs: () => systemClock.nowMs() + aheadMs };
  const seated = ({ url }: StartedNode): SeatedServer => ({ url, region, database, clock });
  return {
    nodes: [seated(nodes[0]), seated(nodes[1])],
    region,
    database,
    stop: async (at) => {
      const since = process.hrtime.bigint();
      const code = await nodes[at].end();
      return { code, ms: Number((process.hrtime.bigint() - since) / 1_000_000n) };
    },
    kill: async (at) => {
      await nodes[at].kill();
    },
    restart: async (at) => {
      const { port } = new URL(nodes[at].url);
      nodes[at] = await untilItStays(async () => start(folders[at], port));
    },
    close: async () => {
      await Promise.all(nodes.map(async (node) => node.end()));
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A node ends where its database is not there yet. */
async function untilItStays(start: () => Promise<StartedNode>): Promise<StartedNode> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === STARTS) throw error;
    }
  }
}

/** One node as a process. */
export interface StartedNode {
  readonly url: string;
  /** Asks it to stop, once; resolves with its exit code. */
  end(): Promise<number | null>;
  /** At once, whatever it is doing. */
  kill(): Promise<number | null>;
}

export async function startNode(env: Readonly<Record<string, string>>): Promise<StartedNode> {
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
  return {
    url: await urlOf(child),
    end: async () => end(child, 'SIGTERM'),
    kill: async () => end(child, 'SIGKILL'),
  };
}

async function urlOf(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('message', ({ url }: { url: string }) => resolve(url));
    child.once('exit', (code) => reject(new Error(`a node ended with ${code}: ${errors}`)));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return gone;
}
