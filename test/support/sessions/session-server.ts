import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { canonicalJson, systemRandom } from '@enlace/kernel';
import type { Region } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';

import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import type { ServerOptions } from '../../../apps/api/src/server.js';
import { startServer, type TestServer } from '../api-server.js';
import { aPresentRegion, plantStatements } from '../people/region-directory.js';

/** A clock that stands still until a test moves it. */
export interface HandClock {
  ms: number;
  nowMs(): number;
}

/** The real server over a region with real keys, at a moment that only tests move. */
export interface SessionServer extends TestServer {
  readonly region: Region;
  readonly clock: HandClock;
  readonly dataDir: string;
  /** Logs what the region has stated since, and lets a day pass. */
  logStatements(): Promise<void>;
}

export async function startSessionServer(
  env: Readonly<Record<string, string>> = {},
  {
    pinsLogs = false,
    trustStoreOf = pinsLogs ? pinned : ({ trustStoreText }) => trustStoreText,
    ...options
  }: ServerOptions & {
    /** The trust store names the keys that the logs of this server have. */
    readonly pinsLogs?: boolean;
    /** The whole of it. */
    readonly trustStoreOf?: (region: Region, dataDir: string) => Promise<string> | string;
  } = {},
): Promise<SessionServer> {
  const region = await aPresentRegion();
  const clock: HandClock = { ms: region.nowMs, nowMs: () => clock.ms };
  const dataDir = await mkdtemp(join(tmpdir(), 'enlace-sessions-'));
  await writeFile(join(dataDir, 'trust-store.json'), await trustStoreOf(region, dataDir));
  const server = await startServer(
    { ENLACE_DATA: dataDir, TRUSTED_PROXIES: '127.0.0.1,::1', ...env },
    { forTestsOnlyClock: clock, ...options },
  );
  const logStatements = async (): Promise<void> => {
    await plantStatements(server.database, region);
    clock.ms = Math.max(clock.ms, region.nowMs);
  };
  await logStatements();
  return {
    ...server,
    region,
    clock,
    dataDir,
    logStatements,
    close: async () => {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function pinned(region: Region, dataDir: string): Promise<string> {
  const keys = new LogKeyFiles(dataDir, systemRandom);
  const year = new Date(region.nowMs).getUTCFullYear();
  const pin = async (name: string) => {
    const { key } = await keys.obtain(name);
    return { origin: key.name, vkey: formatVkey(key) };
  };
  const [directory, audit] = [
    await pin('directory.localhost'),
    await pin(`audit.localhost/${year}`),
  ];
  return canonicalJson({ ...region.trustStore, directory, audit: [audit] });
}
