// Started by `TwoNodes` as a process of its own: one node of the real server, on the unsynced database of the tests
// and at the time of their region. It reports its URL and ends with SIGTERM.
import 'reflect-metadata';

import { systemClock } from '@enlace/kernel';

import { readConfig } from '../../../apps/api/src/platform/config/config.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { createServer } from '../../../apps/api/src/server.js';

const { AHEAD_MS = '0', ...env } = process.env;
const ahead = Number(AHEAD_MS);

const server = await createServer(readConfig(env, []), {
  log: createLog('error'),
  allowUnsyncedDatabase: true,
  forTestsOnlyClock: { nowMs: () => systemClock.nowMs() + ahead },
});
process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
process.send?.({ url: await server.listen() });
