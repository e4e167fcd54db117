import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { readConfig } from '../../apps/api/src/platform/config/config.js';
import type { Environment } from '../../apps/api/src/platform/config/secret-files.js';
import { portOf } from '../../apps/api/src/platform/http/port-of.js';
import { createLog } from '../../apps/api/src/platform/logging/log.js';
import { createServer, type Server, type ServerOptions } from '../../apps/api/src/server.js';

export interface TestServer {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  readonly database: FreshDatabase;
  /** Every line that the server logged so far. */
  readonly logLines: readonly string[];
  close(): Promise<void>;
}

/** The real server on a free port, with a data folder and a database of its own. */
export async function startServer(
  env: Environment = {},
  options: ServerOptions = {},
): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'enlace-api-'));
  const logLines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void logLines.push(line) });
  const database = await freshDatabase();
  const config = readConfig(
    {
      PORT: '0',
      ENLACE_DATA: dataDir,
      DATABASE_URL: database.url('enl_app'),
      DATABASE_SEQUENCER_URL: database.url('enl_sequencer'),
      DATABASE_AUDITOR_URL: database.url('enl_auditor'),
      DATABASE_DELIVERY_URL: database.url('enl_delivery'),
      ...env,
    },
    [],
  );
  const end = async (): Promise<void> => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const server = await createServer(config, {
    log,
    allowUnsyncedDatabase: true,
    ...options,
  }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  await server.listen();
  const port = portOf(server.app.getHttpServer());
  return {
    server,
    url: `http://localhost:${port}`,
    port,
    database,
    logLines,
    close: async () => {
      await server.close();
      await end();
    },
  };
}
