// Started by `TwoNodes` as a process of its own: one node of the real server, on the unsynced database of the tests
// and at the time of their region. It reports its URL and ends with SIGTERM.
import 'reflect-metadata';

import { systemClock } from '@enlace/kernel';

import { readConfig } from '../../../apps/api/src/platform/config/config.js';
import { MIGRATIONS } from '../../../apps/api/src/platform/database/migrations/migration-list.js';
import type { Migration } from '../../../apps/api/src/platform/database/migrations/migration.js';
import { createLog } from '../../../apps/api/src/platform/logging/log.js';
import { createServer } from '../../../apps/api/src/server.js';

const { AHEAD_MS = '0', RATES = '{}', NEXT_MIGRATION, ...env } = process.env;
const ahead = Number(AHEAD_MS);
// The version after this one: it has one migration more, and applies it.
if (NEXT_MIGRATION !== undefined) {
  const next: Migration = { name: '9999-of-the-next-version', sql: NEXT_MIGRATION };
  Reflect.apply(Array.prototype.push, MIGRATIONS, [next]);
}
const settings = NEXT_MIGRATION === undefined ? [] : ['--migrate'];

const server = await createServer(readConfig(env, settings), {
  log: createLog('error'),
  allowUnsyncedDatabase: true,
  forTestsOnlyRates: JSON.parse(RATES),
  forTestsOnlyClock: { nowMs: () => systemClock.nowMs() + ahead },
});
// The benches ask what it has used.
process.on('message', (asked) => {
  if (asked !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, rss: process.memoryUsage.rss() });
});
process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
process.send?.({ url: await server.listen() });
