import { toBase64Url, type Random } from '@enlace/kernel';
import pg from 'pg';

import { PASSWORD_BYTES } from '../embedded/embedded-cluster.js';

/** The logins of the server. Each has its own password; the cluster owner is none of them. */
export const LOGIN_ROLES = [
  'enl_migrate',
  'enl_app',
  'enl_delivery',
  'enl_sequencer',
  'enl_retention',
  'enl_auditor',
  'enl_backup',
] as const;

type LoginRole = (typeof LOGIN_ROLES)[number];

/** Owner of the schema `guard`; nobody can sign in as it. */
export const GUARD_ROLE = 'enl_guard';

/**
 * Who may connect to the current database, and who may create schemas in it. PUBLIC loses what PostgreSQL gives
 * it.
 */
export const DATABASE_RIGHTS_SQL = `
DO $rights$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO enl_migrate, enl_app, enl_delivery, enl_sequencer, '
    'enl_retention, enl_auditor, enl_backup', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO enl_migrate', current_database());
END
$rights$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
`;

/** The roles of the cluster, with exactly these attributes. */
const CLUSTER_ROLES_SQL = `
DO $roles$
DECLARE
  role text;
  plain CONSTANT text := 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT ';
BEGIN
  FOREACH role IN ARRAY ARRAY['enl_guard', 'enl_migrate', 'enl_app', 'enl_delivery', 'enl_sequencer',
                            'enl_retention', 'enl_auditor', 'enl_backup'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I', role);
    END IF;
    EXECUTE format('ALTER ROLE %I ', role) || plain || CASE role
      WHEN 'enl_guard' THEN 'NOLOGIN NOREPLICATION NOBYPASSRLS'
      WHEN 'enl_backup' THEN 'LOGIN REPLICATION BYPASSRLS'
      ELSE 'LOGIN NOREPLICATION NOBYPASSRLS'
    END;
  END LOOP;
END
$roles$;
GRANT enl_guard TO enl_migrate;
`;

/**
 * The one source of the database roles. Run it as a superuser, connected to the database of the server, before
 * the first migration; it can be repeated. It sets no passwords: the embedded cluster gives them, an operator
 * gives them elsewhere.
 *
 * `enl_migrate` may become `enl_guard` by SET ROLE but does not inherit from it, so a migration says when it
 * writes a function that runs with the guard's rights. Nobody else may become anybody.
 */
export const ROLES_SQL = CLUSTER_ROLES_SQL + DATABASE_RIGHTS_SQL;

/** Name of the server's database in the embedded cluster. */
export const DATABASE_NAME = 'enlace';

/** Answers with the statement that makes the database, or with nothing when it exists. */
const CREATE_DATABASE_SQL = `
SELECT format('CREATE DATABASE %I ENCODING ''UTF8'' TEMPLATE template0', $1::text) AS statement
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = $1::text)`;

export type RolePasswords = ReadonlyMap<LoginRole, string>;

/**
 * Brings roles and database of a cluster to what the server needs, as the cluster owner; repeated at every
 * start. Each start gives new passwords, which live in the memory of this process only. Killed anywhere: the
 * next start completes it.
 */
export async function provisionCluster(
  ownerUrl: (database: string) => string,
  { database, random }: { database: string; random: Random },
): Promise<RolePasswords> {
  await asOwner(ownerUrl('postgres'), async (owner) => {
    const { rows } = await owner.query<{ statement: string }>(CREATE_DATABASE_SQL, [database]);
    if (rows[0] !== undefined) await owner.query(rows[0].statement);
  });
  return asOwner(ownerUrl(database), async (owner) => {
    await owner.query(CLUSTER_ROLES_SQL);
    await owner.query(DATABASE_RIGHTS_SQL);
    return givePasswords(owner, random);
  });
}

/** New random passwords for all logins. */
async function givePasswords(owner: pg.Client, random: Random): Promise<RolePasswords> {
  const given = LOGIN_ROLES.map(
    (role) => [role, toBase64Url(random.bytes(PASSWORD_BYTES))] as const,
  );
  for (const [role, password] of given) {
    const { rows } = await owner.query<{ statement: string }>(
      `SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text) AS statement`,
      [role, password],
    );
    await owner.query(rows[0]?.statement ?? '');
  }
  return new Map(given);
}

async function asOwner<T>(url: string, act: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: url });
  owner.on('error', () => undefined); // the statement that runs fails with the same cause
  await owner.connect();
  try {
    return await act(owner);
  } finally {
    await owner.end();
  }
}
