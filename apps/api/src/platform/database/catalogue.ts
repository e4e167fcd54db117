import { GRANTS } from './migrations/grants.js';
import { GUARD_ROLE, LOGIN_ROLES } from './roles.js';
import type { RunSql } from './schema-state.js';

/** Schemas of the server; whatever else the database holds is PostgreSQL's own or the operator's. */
const OURS = `('app', 'audit', 'guard')`;

/** One promise about the migrated schema: the query returns a row, with its text in `fault`, for each breach. */
interface CatalogueRule {
  readonly name: string;
  readonly sql: string;
}

const RULES: readonly CatalogueRule[] = [
  {
    name: 'row-level security is enabled and forced on every table',
    sql: `SELECT format('%I.%I', n.nspname, c.relname) AS fault
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname IN ${OURS} AND c.relkind IN ('r', 'p', 'f')
             AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  },
  {
    name: 'tables belong to enl_migrate and functions to enl_guard',
    sql: `SELECT format('%I.%I is owned by %s', n.nspname, c.relname, c.relowner::regrole) AS fault
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname IN ${OURS} AND c.relkind <> 'c' AND c.relowner::regrole::text <> 'enl_migrate'
          UNION ALL
          SELECT format('%s is owned by %s', p.oid::regprocedure, p.proowner::regrole)
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname IN ${OURS} AND p.prosecdef AND p.proowner::regrole::text <> '${GUARD_ROLE}'`,
  },
  {
    name: 'functions with the rights of their owner live in guard, fix search_path, and PUBLIC cannot run them',
    sql: `SELECT p.oid::regprocedure::text AS fault
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
             AND (n.nspname <> 'guard'
               OR NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=pg_catalog, pg_temp']
               OR EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                           WHERE a.grantee = 0))`,
  },
  {
    name: 'views run with the rights of the reader, and nothing is materialised',
    sql: `SELECT format('%I.%I', n.nspname, c.relname) AS fault
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname IN ${OURS} AND (c.relkind = 'm'
              OR c.relkind = 'v' AND NOT coalesce(c.reloptions, '{}') @> ARRAY['security_invoker=true'])`,
  },
  {
    name: 'only the cluster owner and enl_backup pass row-level security',
    sql: `SELECT rolname::text AS fault FROM pg_roles
           WHERE (rolsuper OR rolbypassrls) AND oid <> 10 AND rolname <> 'enl_backup'
          UNION ALL
          SELECT 'enl_backup is a superuser' FROM pg_roles WHERE rolname = 'enl_backup' AND rolsuper`,
  },
  {
    name: 'no role of the server may become another, but enl_migrate enl_guard',
    sql: `SELECT format('%s is a member of %s', m.member::regrole, m.roleid::regrole) AS fault
            FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
           WHERE (r.rolname IN ('${[GUARD_ROLE, ...LOGIN_ROLES].join("', '")}')
                  OR m.roleid::regrole::text = '${GUARD_ROLE}' AND NOT r.rolsuper)
             AND NOT (r.rolname = 'enl_migrate' AND m.roleid::regrole::text = '${GUARD_ROLE}')`,
  },
  {
    name: 'policies name their role and call only functions of the session, once for a statement',
    sql: `SELECT format('%s on %s', p.polname, p.polrelid::regclass) AS fault
            FROM pg_policy p
            CROSS JOIN LATERAL (SELECT regexp_replace(
                   concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
                   'SELECT \\(?guard\\.my_[a-z_]+\\(\\)', '', 'g') AS rest) e
           WHERE 0 = ANY (p.polroles) OR e.rest LIKE '%guard.%'
              OR EXISTS (SELECT FROM pg_depend d JOIN pg_proc f ON f.oid = d.refobjid
                           JOIN pg_namespace n ON n.oid = f.pronamespace
                          WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                            AND d.refclassid = 'pg_proc'::regclass
                            AND (n.nspname <> 'guard' OR f.pronargs <> 0))`,
  },
  {
    name: 'what may be read is compared with roles once for a statement, not for each row',
    sql: `SELECT format('%s on %s', p.polname, p.polrelid::regclass) AS fault
            FROM pg_policy p
           WHERE p.polcmd IN ('r', '*')
             AND pg_get_expr(p.polqual, p.polrelid) ~ 'SELECT guard\\.my_roles\\(\\)'`,
  },
  {
    name: 'every granted command has a policy',
    sql: `SELECT DISTINCT format('%s %s on %s', a.grantee::regrole, a.privilege_type, c.oid::regclass) AS fault
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL aclexplode(c.relacl) a
           WHERE n.nspname IN ${OURS} AND c.relkind IN ('r', 'p') AND a.grantee NOT IN (0, c.relowner)
             AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
             AND NOT EXISTS (SELECT FROM pg_policy p
                              WHERE p.polrelid = c.oid AND p.polpermissive AND a.grantee = ANY (p.polroles)
                                AND p.polcmd IN ('*', CASE a.privilege_type WHEN 'SELECT' THEN 'r'
                                      WHEN 'INSERT' THEN 'a' WHEN 'UPDATE' THEN 'w' ELSE 'd' END))`,
  },
  {
    name: 'enl_app and the other logins of a node own nothing',
    sql: `SELECT format('%s owns %s', d.refobjid::regrole, pg_describe_object(d.classid, d.objid, d.objsubid)) AS fault
            FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
           WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
             AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
             AND r.rolname IN ('${LOGIN_ROLES.filter((role) => role !== 'enl_migrate').join("', '")}')`,
  },
];

/** All rights on the database, its schemas, tables, columns and functions that somebody else than the owner has. */
const GRANTS_SQL = `
WITH held AS (
  SELECT 'database' AS object, d.datdba AS owner, coalesce(d.datacl, acldefault('d', d.datdba)) AS acl
    FROM pg_database d WHERE d.datname = current_database()
  UNION ALL
  SELECT format('schema %I', n.nspname), n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace n WHERE n.nspname IN ('app', 'audit', 'guard', 'public')
  UNION ALL
  SELECT format('%s %I.%I', CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END,
                n.nspname, c.relname), c.relowner, c.relacl
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ${OURS}
  UNION ALL
  SELECT format('column %I.%I.%I', n.nspname, c.relname, a.attname), c.relowner, a.attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname IN ${OURS}
  UNION ALL
  SELECT format('function %I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), p.proowner,
         coalesce(p.proacl, acldefault('f', p.proowner))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ${OURS}
)
SELECT format('%s: %s %s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, object,
              a.privilege_type) || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END AS held
  FROM held CROSS JOIN LATERAL aclexplode(acl) a WHERE a.grantee <> owner ORDER BY held`;

/**
 * Compares the catalogue of a migrated database with what this build promises: one line for each breach.
 * Start-up refuses on any, and the tests plant each kind.
 */
export async function catalogueFaults(run: RunSql): Promise<string[]> {
  const faults: string[] = [];
  for (const rule of RULES) {
    for (const row of await run(rule.sql)) {
      faults.push(`Catalogue: ${rule.name}; breach: ${String(row['fault'])}.`);
    }
  }
  const held = new Set((await run(GRANTS_SQL)).map((row) => String(row['held'])));
  for (const grant of held) {
    if (!GRANTS.includes(grant)) faults.push(`Catalogue: not in the list of grants: ${grant}.`);
  }
  for (const grant of GRANTS) {
    if (!held.has(grant)) faults.push(`Catalogue: missing grant: ${grant}.`);
  }
  return faults;
}
