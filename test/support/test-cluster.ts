// Started by the set-up of the test run as a process of its own: it makes the cluster, migrates the template,
// prints one line and holds the cluster until its input ends, which also happens when the test run is killed.
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemRandom } from '@enlace/kernel';
import { TEMPLATE_DATABASE, type TestCluster } from '@enlace/testing';
import pg from 'pg';

import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../apps/api/src/platform/embedded/embedded-postgres.js';
import { MIGRATIONS } from '../../apps/api/src/platform/database/migrations/migration-list.js';
import { openChecked } from '../../apps/api/src/platform/database/open-database.js';
import {
  DATABASE_RIGHTS_SQL,
  provisionCluster,
} from '../../apps/api/src/platform/database/roles.js';

const quiet = { info: () => undefined, warn: () => undefined };

async function startTemporary(folder: string): Promise<EmbeddedPostgres> {
  const dataDir = join(folder, 'data');
  return startEmbeddedPostgres({ dataDir, log: quiet, random: systemRandom, unsynced: true });
}

function withDatabase(url: string, database: string, login?: { user: string; password: string }) {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (login !== undefined)
    Object.assign(changed, { username: login.user, password: login.password });
  return changed.toString();
}

async function makeTemplate(adminUrl: string): Promise<TestCluster> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('DROP DATABASE IF EXISTS enlace_template WITH (FORCE)');
  await admin.end();
  const passwords = await provisionCluster((name) => withDatabase(adminUrl, name), {
    database: TEMPLATE_DATABASE,
    random: systemRandom,
  });
  const url = (user: 'enl_app' | 'enl_migrate') =>
    withDatabase(adminUrl, TEMPLATE_DATABASE, { user, password: passwords.get(user) ?? '' });
  const logins = { appUrl: url('enl_app'), migrationUrl: url('enl_migrate') };
  const source = await openChecked(
    { ...logins, isUnsyncedAllowed: true, migrations: MIGRATIONS },
    quiet,
  );
  await source.destroy();
  return {
    adminUrl,
    passwords: Object.fromEntries(passwords),
    rightsSql: DATABASE_RIGHTS_SQL,
    folder,
  };
}

const folder = await mkdtemp(join(tmpdir(), 'enlace-test-'));
await chmod(folder, 0o711); // as root, the account of the database passes through
const given = process.env['TEST_DATABASE_URL'];
const embedded = given === undefined ? await startTemporary(folder) : undefined;
try {
  const adminUrl = given ?? embedded?.ownerUrl('postgres') ?? '';
  process.stdout.write(`${JSON.stringify(await makeTemplate(adminUrl))}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
} finally {
  await embedded?.stop();
  await rm(folder, { recursive: true, force: true });
}
