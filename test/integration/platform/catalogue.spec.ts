import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '@enlace/testing';
import pg from 'pg';

import { catalogueFaults } from '../../../apps/api/src/platform/database/catalogue.js';
import { makeTenantTable } from './tenant-table.js';

let fresh: FreshDatabase;
let owner: pg.Client;

const faultsSeenBy = (client: pg.Client) =>
  catalogueFaults(async (sql, values = []) => (await client.query(sql, [...values])).rows);

/** The check as the server runs it: with the rights of `enl_app`. */
async function faultsSeenByServer(): Promise<readonly string[]> {
  const reader = new pg.Client({ connectionString: fresh.url('enl_app') });
  await reader.connect();
  const faults = await faultsSeenBy(reader);
  await reader.end();
  return faults;
}

beforeAll(async () => {
  fresh = await freshDatabase();
  owner = new pg.Client({ connectionString: fresh.adminUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await fresh.drop();
});

it('the migrated schema keeps every promise', async () => {
  expect(await faultsSeenByServer()).toEqual([]);
});

it('a table in the form of the house differs in its grants only', async () => {
  await makeTenantTable(fresh);
  const faults = await faultsSeenByServer();
  await fresh.asAdmin('DROP TABLE app.state_notes');
  expect(faults).toEqual(
    ['DELETE', 'INSERT', 'SELECT', 'UPDATE'].map(
      (right) => `Catalogue: not in the list of grants: enl_app: table app.state_notes ${right}.`,
    ),
  );
});

/** A fault, and the words of the rule that must find it. Statements run as the cluster owner. */
const PLANTED: readonly (readonly [string, string, string])[] = [
  [
    'a table without FORCE',
    'ALTER TABLE app.node_heartbeats NO FORCE ROW LEVEL SECURITY',
    'forced on every table',
  ],
  [
    'a table without policies enabled',
    'ALTER TABLE app.sessions DISABLE ROW LEVEL SECURITY',
    'forced on every table',
  ],
  [
    'a table nobody thought of',
    'CREATE TABLE audit.forgotten (id int); ALTER TABLE audit.forgotten OWNER TO enl_migrate',
    'forced on every table',
  ],
  [
    'a definer function without search_path',
    'ALTER FUNCTION guard.my_state() RESET search_path',
    'fix search_path',
  ],
  [
    'a definer function with another search_path',
    'ALTER FUNCTION guard.my_state() SET search_path = public',
    'fix search_path',
  ],
  [
    'a definer function for all',
    'GRANT EXECUTE ON FUNCTION guard.me() TO PUBLIC',
    'PUBLIC cannot run them',
  ],
  [
    'a definer function of another owner',
    'ALTER FUNCTION guard.my_state() OWNER TO postgres',
    'functions to enl_guard',
  ],
  [
    'a definer function outside guard',
    `CREATE FUNCTION public.leak() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
    'live in guard',
  ],
  [
    'a plain view',
    'SET ROLE enl_migrate; CREATE VIEW app.everything AS SELECT * FROM app.sessions',
    'views run',
  ],
  [
    'a materialised view',
    'SET ROLE enl_migrate; CREATE MATERIALIZED VIEW app.copied AS SELECT 1 AS one',
    'nothing is materialised',
  ],
  [
    'a policy for PUBLIC',
    'CREATE POLICY open ON app.node_heartbeats USING (true)',
    'policies name their role',
  ],
  [
    'a policy that calls a function for each row',
    `CREATE POLICY slow ON app.sessions FOR SELECT TO enl_guard USING (state = guard.my_state())`,
    'once for a statement',
  ],
  [
    'a policy that compares roles for each row',
    `CREATE POLICY slow ON app.sessions FOR SELECT TO enl_guard
       USING ((SELECT guard.my_roles()) && ARRAY['auditor'])`,
    'not for each row',
  ],
  [
    'a policy that gives the row to a function',
    `CREATE FUNCTION app.is_mine(text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
     CREATE POLICY slow ON app.sessions FOR SELECT TO enl_guard USING (app.is_mine(state))`,
    'once for a statement',
  ],
  [
    'a command without policy',
    'DROP POLICY any_node ON app.node_heartbeats',
    'every granted command has a policy',
  ],
  [
    'a grant too many',
    'GRANT TRUNCATE ON app.node_heartbeats TO enl_app',
    'not in the list of grants',
  ],
  [
    'a grant on a column',
    'GRANT SELECT (state) ON app.sessions TO enl_app',
    'not in the list of grants',
  ],
  [
    'a grant that may be passed on',
    'GRANT SELECT ON app.node_heartbeats TO enl_app WITH GRANT OPTION',
    'with grant option',
  ],
  ['a schema open to all', 'GRANT USAGE ON SCHEMA guard TO PUBLIC', 'not in the list of grants'],
  [
    'a database open to all',
    'GRANT TEMPORARY ON DATABASE :name TO PUBLIC',
    'not in the list of grants',
  ],
  ['a grant that is missing', 'REVOKE UPDATE ON app.node_heartbeats FROM enl_app', 'missing grant'],
  [
    'an object of enl_app',
    'CREATE TABLE app.own (id int); ALTER TABLE app.own OWNER TO enl_app',
    'own nothing',
  ],
];

/** Roles belong to the whole cluster; nothing is committed, so no other file ever sees these. */
const PLANTED_ROLES: readonly (readonly [string, string, string])[] = [
  ['a second superuser', 'ALTER ROLE enl_delivery SUPERUSER', 'pass row-level security'],
  ['a role that passes policies', 'ALTER ROLE enl_auditor BYPASSRLS', 'pass row-level security'],
  ['enl_app that may become the guard', 'GRANT enl_guard TO enl_app', 'may become another'],
  ['enl_app that reads statistics', 'GRANT pg_monitor TO enl_app', 'may become another'],
  ['enl_app that owns the database', 'ALTER DATABASE :name OWNER TO enl_app', 'own nothing'],
];

describe('the catalogue check turns red for', () => {
  it.each([...PLANTED, ...PLANTED_ROLES])('%s', async (_, sql, rule) => {
    await owner.query('BEGIN');
    try {
      await owner.query(sql.replaceAll(':name', fresh.name));
      await owner.query('RESET ROLE');
      expect((await faultsSeenBy(owner)).join('\n')).toContain(rule);
    } finally {
      await owner.query('ROLLBACK');
    }
  });
});
