import { createServer } from 'node:net';
import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { StartupRefusal } from '../../../apps/api/src/platform/config/startup-refusal.js';
import {
  openDatabase,
  type DatabaseSettings,
} from '../../../apps/api/src/platform/database/open-database.js';
import { ROLES_SQL } from '../../../apps/api/src/platform/database/roles.js';
import { serverFaults } from '../../../apps/api/src/platform/database/server-checks.js';

const quiet = { info: () => undefined, warn: () => undefined };
let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
});

afterAll(() => fresh.drop());

async function refusal(settings: Partial<DatabaseSettings>): Promise<readonly string[]> {
  const defaults = { dataDir: '', migrate: false, allowUnsyncedDatabase: true };
  const outcome = await openDatabase({ ...defaults, ...settings }, { log: quiet }).then(
    ({ close }) => close(),
    (error: unknown) => error,
  );
  if (!(outcome instanceof StartupRefusal)) throw new Error('not refused', { cause: outcome });
  return outcome.reasons;
}

describe('a start on an external database is refused', () => {
  it('for the cluster owner: superuser, BYPASSRLS, owner, each on a line', async () => {
    expect(await refusal({ databaseUrl: fresh.adminUrl })).toEqual([
      'DATABASE_URL must sign in as enl_app, not as postgres.',
      'DATABASE_URL: postgres is a superuser.',
      'DATABASE_URL: postgres has BYPASSRLS.',
      'DATABASE_URL: postgres owns objects of the database; it must own nothing.',
    ]);
  });

  it('for the login that migrates, which owns the tables', async () => {
    expect(await refusal({ databaseUrl: fresh.url('enl_migrate') })).toEqual([
      'DATABASE_URL must sign in as enl_app, not as enl_migrate.',
      'DATABASE_URL: enl_migrate owns objects of the database; it must own nothing.',
    ]);
  });

  it('for another login of the server', async () => {
    expect(await refusal({ databaseUrl: fresh.url('enl_delivery') })).toEqual(
      expect.arrayContaining(['DATABASE_URL must sign in as enl_app, not as enl_delivery.']),
    );
  });

  it('when the login for migrations is the one of the application', async () => {
    const url = fresh.url('enl_app');
    expect(await refusal({ databaseUrl: url, migrationUrl: url, migrate: true })).toEqual([
      'DATABASE_MIGRATION_URL must sign in as enl_migrate, not as enl_app.',
    ]);
  });

  it('when writes are acknowledged before they are safe', async () => {
    const reasons = await refusal({
      databaseUrl: fresh.url('enl_app'),
      allowUnsyncedDatabase: false,
    });
    expect(reasons).toEqual(
      expect.arrayContaining([
        'PostgreSQL runs with fsync = off: acknowledged writes could be lost.',
        'PostgreSQL runs with full_page_writes = off: acknowledged writes could be lost.',
      ]),
    );
  });

  it('when the role commits asynchronously', async () => {
    await fresh.asAdmin(`ALTER DATABASE ${fresh.name} SET synchronous_commit = off`);
    const reasons = await refusal({
      databaseUrl: fresh.url('enl_app'),
      allowUnsyncedDatabase: false,
    });
    await fresh.asAdmin(`ALTER DATABASE ${fresh.name} RESET synchronous_commit`);
    expect(reasons).toContain(
      'PostgreSQL runs with synchronous_commit = off: acknowledged writes could be lost.',
    );
  });

  it('when a grant that it needs is missing', async () => {
    await fresh.asAdmin('REVOKE EXECUTE ON FUNCTION guard.enter(bytea) FROM enl_app');
    const reasons = await refusal({ databaseUrl: fresh.url('enl_app') });
    await fresh.asAdmin('GRANT EXECUTE ON FUNCTION guard.enter(bytea) TO enl_app');
    expect(reasons).toEqual([
      'Catalogue: missing grant: enl_app: function guard.enter(bytea) EXECUTE.',
    ]);
  });

  it('when it may not read the history of migrations', async () => {
    await fresh.asAdmin('REVOKE SELECT ON app.schema_migrations FROM enl_app');
    const reasons = await refusal({ databaseUrl: fresh.url('enl_app') });
    await fresh.asAdmin('GRANT SELECT ON app.schema_migrations TO enl_app');
    expect(reasons).toEqual([
      'DATABASE_URL: the login lacks a grant: it may not read app.schema_migrations.',
    ]);
  });

  it('when the catalogue breaks a promise', async () => {
    await fresh.asAdmin('ALTER TABLE app.sessions NO FORCE ROW LEVEL SECURITY');
    const reasons = await refusal({ databaseUrl: fresh.url('enl_app') });
    await fresh.asAdmin('ALTER TABLE app.sessions FORCE ROW LEVEL SECURITY');
    expect(reasons).toEqual([expect.stringContaining('breach: app.sessions')]);
  });

  it('on a PostgreSQL that is too old or has another encoding', async () => {
    const found = {
      version: 140_011,
      spelled: '14.11',
      encoding: 'LATIN1',
      role: 'enl_app',
      rolsuper: false,
      rolbypassrls: false,
      owned: 0,
      owns_database: false,
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
    };
    const rules = {
      variable: 'DATABASE_URL',
      role: 'enl_app',
      allowUnsyncedDatabase: false,
    } as const;
    expect(await serverFaults(async () => [found], rules)).toEqual([
      'PostgreSQL 14.11 is too old: 15 or newer is needed.',
      'The database has the encoding LATIN1: UTF8 is needed.',
    ]);
  });

  it('on an empty database, naming what is pending', async () => {
    const empty = `empty_${fresh.name}`;
    await fresh.asAdmin(`CREATE DATABASE ${empty} TEMPLATE template0`);
    const url = new URL(fresh.url('enl_app'));
    url.pathname = `/${empty}`;
    const reasons = await refusal({ databaseUrl: url.toString() });
    await fresh.asAdmin(`DROP DATABASE ${empty} WITH (FORCE)`);
    expect(reasons).toEqual([
      expect.stringMatching(/^Migrations are pending \(0001-guard, .*--migrate\.$/),
    ]);
  });
});

describe('a DATABASE_URL that leads nowhere is refused in one line without its password', () => {
  const secret = 'hunter2-correct-horse';
  const changed = (change: (url: URL) => void) => {
    const url = new URL(fresh.url('enl_app'));
    url.password = secret;
    change(url);
    return url.toString();
  };

  it.each<[string, () => string, RegExp]>([
    ['wrong password', () => changed(() => undefined), /refuses the login\.$/],
    [
      'no such port',
      () => `postgres://enl_app:${secret}@127.0.0.1:1/x`,
      /127\.0\.0\.1:1\/x cannot be reached \(ECONNREFUSED\)/,
    ],
    [
      'no such host',
      () => `postgres://enl_app:${secret}@nowhere.invalid/x`,
      /cannot be reached \(E[A-Z_]+\)/,
    ],
    ['another scheme', () => `mysql://enl_app:${secret}@127.0.0.1/x`, /is not a URL of the form/],
    ['no URL', () => secret, /is not a URL of the form/],
    ['an empty text', () => '', /is not a URL of the form/],
  ])('%s', async (_, url, reason) => {
    const reasons = await refusal({ databaseUrl: url() });
    expect(reasons).toEqual([expect.stringMatching(reason)]);
    expect(reasons.join()).not.toContain(secret);
  });

  it('no such database', async () => {
    const url = new URL(fresh.url('enl_app'));
    url.pathname = '/absent';
    expect(await refusal({ databaseUrl: url.toString() })).toEqual([
      expect.stringMatching(/\/absent does not exist\.$/),
    ]);
  });

  it('a server that never answers, after two seconds', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const reasons = await refusal({
      databaseUrl: `postgres://enl_app:${secret}@127.0.0.1:${port}/x`,
    });
    silent.close();
    expect(reasons).toEqual([expect.stringContaining('cannot be reached')]);
  });
});

describe('the script of the roles', () => {
  it('can be repeated and changes nothing the second time', async () => {
    const roles = `SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
                          rolinherit
                     FROM pg_roles WHERE rolname LIKE 'enl\\_%' ORDER BY rolname`;
    const before = await fresh.asAdmin(roles);
    await fresh.asAdmin(ROLES_SQL);
    expect(await fresh.asAdmin(roles)).toEqual(before);
    const plain = { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolinherit: false };
    const login = { ...plain, rolcanlogin: true, rolreplication: false, rolbypassrls: false };
    expect(before).toEqual([
      { rolname: 'enl_app', ...login },
      { rolname: 'enl_auditor', ...login },
      { rolname: 'enl_backup', ...login, rolreplication: true, rolbypassrls: true },
      { rolname: 'enl_delivery', ...login },
      { rolname: 'enl_guard', ...login, rolcanlogin: false },
      { rolname: 'enl_migrate', ...login },
      { rolname: 'enl_retention', ...login },
      { rolname: 'enl_sequencer', ...login },
    ]);
  });
});
