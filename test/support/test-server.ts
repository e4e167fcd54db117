import { readConfig } from '../../apps/api/src/platform/config/config.js';
import { createServer, type ServerOptions } from '../../apps/api/src/server.js';

export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The real server on a free port. */
export async function startTestServer(options: ServerOptions): Promise<TestServer> {
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'error' }, []);
  const server = await createServer(config, options);
  const url = await server.listen();
  return { url, close: async () => server.close() };
}
