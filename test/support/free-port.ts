import { createServer } from 'node:net';

import { portOf } from '../../apps/api/src/platform/http/port-of.js';

/** A port that nobody had a moment ago, for programs that must be told one. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(probe);
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return port;
}
