import type { UrlVariable } from './data-source.js';
import type { RunSql } from './schema-state.js';

/** Oldest PostgreSQL whose features the schema uses (`security_invoker` views), as `server_version_num` counts. */
const OLDEST_VERSION = 150_000;

/**
 * Durability of an acknowledged write rests on these; off, a power cut takes back what people were told is
 * kept.
 */
const DURABILITY_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

const SERVER_SQL = `
SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS spelled,
       current_setting('server_encoding') AS encoding, current_user AS role, r.rolsuper, r.rolbypassrls,
       (SELECT count(*)::int FROM pg_shdepend d
         WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o') AS owned,
       (SELECT datdba = r.oid FROM pg_database WHERE datname = current_database()) AS owns_database,
       ${DURABILITY_SETTINGS.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}
  FROM pg_roles r WHERE r.rolname = current_user`;

export interface ServerRules {
  /** The variable that holds the URL, for the operator. */
  readonly variable: UrlVariable;
  readonly role: 'enl_app' | 'enl_auditor' | 'enl_delivery' | 'enl_sequencer' | 'enl_migrate';
  /** Only a temporary cluster of tests may lose what it has acknowledged. */
  readonly allowUnsyncedDatabase: boolean;
}

/** Why the server must not work with this login on this PostgreSQL; one line each, empty when all is well. */
export async function serverFaults(run: RunSql, rules: ServerRules): Promise<string[]> {
  const [found] = await run(SERVER_SQL);
  if (found === undefined) return [`${rules.variable}: the role of the login does not exist.`];
  const faults: string[] = [];
  const role = String(found['role']);
  if (role !== rules.role) {
    faults.push(`${rules.variable} must sign in as ${rules.role}, not as ${role}.`);
  }
  if (found['rolsuper'] === true) faults.push(`${rules.variable}: ${role} is a superuser.`);
  if (found['rolbypassrls'] === true) faults.push(`${rules.variable}: ${role} has BYPASSRLS.`);
  if (
    rules.role !== 'enl_migrate' &&
    (Number(found['owned']) > 0 || found['owns_database'] === true)
  ) {
    faults.push(`${rules.variable}: ${role} owns objects of the database; it must own nothing.`);
  }
  if (Number(found['version']) < OLDEST_VERSION) {
    faults.push(`PostgreSQL ${String(found['spelled'])} is too old: 15 or newer is needed.`);
  }
  if (found['encoding'] !== 'UTF8') {
    faults.push(`The database has the encoding ${String(found['encoding'])}: UTF8 is needed.`);
  }
  if (rules.allowUnsyncedDatabase) return faults;
  return faults.concat(
    DURABILITY_SETTINGS.filter((name) => found[name] === 'off').map(
      (name) => `PostgreSQL runs with ${name} = off: acknowledged writes could be lost.`,
    ),
  );
}
