import { readdir } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';

import { StartupRefusal } from '../../../apps/api/src/platform/config/startup-refusal.js';
import { connect } from '../../../apps/api/src/platform/database/data-source.js';
import { migrate } from '../../../apps/api/src/platform/database/migrate.js';
import { MIGRATIONS } from '../../../apps/api/src/platform/database/migrations/migration-list.js';
import {
  openChecked,
  openDatabase,
} from '../../../apps/api/src/platform/database/open-database.js';

const quiet = { info: () => undefined, warn: () => undefined };
const more = {
  name: '9001-more',
  sql: `CREATE TABLE audit.more (id int PRIMARY KEY);
        ALTER TABLE audit.more ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
};
const HISTORY = 'SELECT name FROM app.schema_migrations ORDER BY name';
const names = MIGRATIONS.map(({ name }) => name);

const MIGRATIONS_FOLDER = 'apps/api/src/platform/database/migrations';

let fresh: FreshDatabase;

beforeEach(async () => {
  fresh = await freshDatabase();
});

afterEach(() => fresh.drop());

async function migrateWith(migrations: typeof MIGRATIONS): Promise<readonly string[]> {
  const source = await connect(fresh.url('enl_migrate'), 'migration', quiet);
  try {
    return await migrate(source, migrations, quiet);
  } finally {
    await source.destroy();
  }
}

/** Starts as the server does, with other migrations than its own. */
async function open(migrations: typeof MIGRATIONS, options: { migrate: boolean }) {
  const source = await openChecked(
    {
      appUrl: fresh.url('enl_app'),
      migrationUrl: options.migrate ? fresh.url('enl_migrate') : undefined,
      isUnsyncedAllowed: true,
      migrations,
    },
    quiet,
  );
  await source.destroy();
}

describe('migrations', () => {
  it('are numbered without gap, one a file, and all listed', async () => {
    const numbers = names.map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(names.map((_, index) => index + 1));
    const files = await readdir(MIGRATIONS_FOLDER);
    expect(files.filter((file) => /^\d/.test(file)).toSorted()).toEqual(
      names.map((name) => `${name}.ts`),
    );
    for (const name of names) expect(name).toMatch(/^\d{4}-[a-z]+(-[a-z]+)*$/);
  });

  it('are applied once by two processes that start at the same moment', async () => {
    const slow = { ...more, sql: `${more.sql}; SELECT pg_sleep(0.3)` };
    const applied = await Promise.all([
      migrateWith([...MIGRATIONS, slow]),
      migrateWith([...MIGRATIONS, slow]),
    ]);
    expect(applied.flat()).toEqual(['9001-more']);
    expect(await fresh.asAdmin(HISTORY)).toEqual([...names, '9001-more'].map((name) => ({ name })));
  });

  it('leave nothing of one that fails, and keep those before it', async () => {
    const failing = { name: '9002-fails', sql: 'CREATE TABLE audit.half (id int); SELECT 1/0' };
    await expect(migrateWith([...MIGRATIONS, more, failing])).rejects.toMatchObject({
      reasons: [expect.stringContaining('9002-fails failed and was undone: division by zero')],
    });
    expect(await fresh.asAdmin(`SELECT to_regclass('audit.half') AS half`)).toEqual([
      { half: null },
    ]);
    expect(await migrateWith([...MIGRATIONS, more])).toEqual([]);
  });

  it('give way to a reader of the table after two seconds', async () => {
    const blocked = {
      name: '9003-blocked',
      sql: 'ALTER TABLE app.node_heartbeats ADD COLUMN x int',
    };
    const source = await connect(fresh.url('enl_app'), 'app', quiet);
    const reader = source.createQueryRunner();
    try {
      await reader.startTransaction();
      await reader.query('SELECT FROM app.node_heartbeats');
      await expect(migrateWith([...MIGRATIONS, blocked])).rejects.toMatchObject({
        reasons: [expect.stringContaining('lock timeout')],
      });
    } finally {
      await reader.rollbackTransaction();
      await reader.release();
      await source.destroy();
    }
    expect(await migrateWith([...MIGRATIONS, blocked])).toEqual(['9003-blocked']);
  });
});

describe('a start', () => {
  it('is refused while migrations are pending, and applies none', async () => {
    await expect(open([...MIGRATIONS, more], { migrate: false })).rejects.toMatchObject({
      reasons: ['Migrations are pending (9001-more): start with --migrate.'],
    });
    expect(await fresh.asAdmin(HISTORY)).toHaveLength(names.length);
  });

  it('applies them when it is told to', async () => {
    await open([...MIGRATIONS, more], { migrate: true });
    expect(await fresh.asAdmin(HISTORY)).toHaveLength(names.length + 1);
  });

  it.each([true, false])(
    'is refused on a schema newer than the code, migrating or not (%s)',
    async (isMigrating) => {
      await migrateWith([...MIGRATIONS, more]);
      await expect(open(MIGRATIONS, { migrate: isMigrating })).rejects.toMatchObject({
        reasons: ['The schema is newer than this build: it does not know migration 9001-more.'],
      });
    },
  );

  it('is refused when an applied migration was edited', async () => {
    const [first, ...rest] = MIGRATIONS;
    if (first === undefined) throw new Error('no migrations');
    const edited = { ...first, sql: `${first.sql} ` };
    await expect(open([edited, ...rest], { migrate: true })).rejects.toMatchObject({
      reasons: ['Migration 0001-guard was applied with another text than this build has.'],
    });
  });

  it('with --migrate needs the login that migrates', async () => {
    const settings = { dataDir: '', databaseUrl: fresh.url('enl_app'), migrate: true };
    await expect(openDatabase(settings, { log: quiet })).rejects.toBeInstanceOf(StartupRefusal);
  });

  it('is refused, and migrates nothing, when another check fails', async () => {
    const logins = { appUrl: fresh.adminUrl, migrationUrl: fresh.url('enl_migrate') };
    const start = openChecked(
      { ...logins, isUnsyncedAllowed: true, migrations: [...MIGRATIONS, more] },
      quiet,
    );
    await expect(start).rejects.toBeInstanceOf(StartupRefusal);
    expect(await fresh.asAdmin(HISTORY)).toHaveLength(names.length);
  });
});
