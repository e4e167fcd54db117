import { newRandomId, systemRandom } from '@enlace/kernel';
import pg from 'pg';

/** The migrated database that every spec file gets a copy of. Nobody stays connected to it. */
export const TEMPLATE_DATABASE = 'enlace_template';

/** What the set-up of the test run leaves in `ENLACE_TEST_CLUSTER`, as JSON. */
export interface TestCluster {
  /** URL of the cluster owner, database `postgres`. */
  readonly adminUrl: string;
  readonly passwords: Readonly<Record<string, string>>;
  /** Rights on a database are not copied with a template: this statement gives them again. */
  readonly rightsSql: string;
  /** For what a run makes once; gone when the run is over. */
  readonly folder: string;
}

/** A database of one spec file's own. */
export interface FreshDatabase {
  readonly name: string;
  /** Signs in as one of the server's roles (`enl_app`, `enl_migrate`, ...). */
  url(role: string): string;
  /** Signs in as the cluster owner, who passes every policy: to arrange and to inspect, never to act. */
  readonly adminUrl: string;
  /** Runs one statement as the cluster owner. */
  asAdmin(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Another one with what this one holds now, as a backup has it. Nobody may be connected to this one. */
  copy(): Promise<FreshDatabase>;
  /** Ends all its connections and removes it. */
  drop(): Promise<void>;
}

/**
 * A copy of the migrated template, made in about 0.1 s; in a cluster of its own where a test has one. Drop it when the
 * file ends.
 */
export async function freshDatabase(cluster = readCluster()): Promise<FreshDatabase> {
  return databaseLike(TEMPLATE_DATABASE, cluster);
}

async function databaseLike(template: string, cluster: TestCluster): Promise<FreshDatabase> {
  const name = `t_${newRandomId(systemRandom).replaceAll('-', '')}`;
  // The name is ours and hexadecimal: an identifier cannot be a parameter.
  await runOn(cluster.adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const adminUrl = urlOf(cluster.adminUrl, { database: name });
  await runOn(adminUrl, cluster.rightsSql);
  return {
    name,
    adminUrl,
    url: (role) =>
      urlOf(adminUrl, { database: name, role, password: cluster.passwords[role] ?? '' }),
    asAdmin: (sql, values) => runOn(adminUrl, sql, values),
    copy: async () => databaseLike(name, cluster),
    drop: async () => {
      await runOn(cluster.adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function readCluster(): TestCluster {
  const text = process.env['ENLACE_TEST_CLUSTER'];
  if (text === undefined) throw new Error('this project runs without the database set-up');
  const cluster: TestCluster = JSON.parse(text);
  return cluster;
}

function urlOf(
  url: string,
  target: { database: string; role?: string; password?: string },
): string {
  const changed = new URL(url);
  changed.pathname = `/${target.database}`;
  if (target.role !== undefined) changed.username = target.role;
  if (target.password !== undefined) changed.password = target.password;
  return changed.toString();
}

async function runOn(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
