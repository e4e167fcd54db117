import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Region } from '@enlace/testing';

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
  options: ServerOptions = {},
): Promise<SessionServer> {
  const region = await aPresentRegion();
  const clock: HandClock = { ms: region.nowMs, nowMs: () => clock.ms };
  const dataDir = await mkdtemp(join(tmpdir(), 'enlace-sessions-'));
  await writeFile(join(dataDir, 'trust-store.json'), region.trustStoreText);
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
