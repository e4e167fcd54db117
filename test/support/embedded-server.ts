// A server with nothing but its database, for tests that kill it: prints one line when it is ready or why it
// refused.
import 'reflect-metadata';
import { once } from 'node:events';

import { openDatabase } from '../../apps/api/src/platform/database/open-database.js';
import {
  STARTUP_REFUSED_EXIT_CODE,
  StartupRefusal,
} from '../../apps/api/src/platform/config/startup-refusal.js';

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const quiet = { info: () => undefined, warn: () => undefined };

try {
  const settings = { dataDir: process.argv[2] ?? '', migrate: false };
  const { database, close } = await openDatabase(settings, { log: quiet });
  await database.probeWrite();
  const [row] = await database.beforeSignIn((tx) =>
    tx.query('SELECT count(*)::int AS starts FROM app.node_heartbeats'),
  );
  say({ event: 'ready', starts: row.starts });
  process.stdin.resume();
  await once(process.stdin, 'end');
  await close();
} catch (error) {
  if (!(error instanceof StartupRefusal)) throw error;
  say({ event: 'refused', reasons: error.reasons });
  process.exitCode = STARTUP_REFUSED_EXIT_CODE;
}
