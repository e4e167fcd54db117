import { systemRandom, type Random } from '@enlace/kernel';
import type { DataSource } from 'typeorm';

import { StartupRefusal } from '../config/startup-refusal.js';
import { catalogueFaults } from './catalogue.js';
import { connect, type UrlVariable } from './data-source.js';
import { sqlState } from './database-errors.js';
import type { DatabaseLog } from './database-log.js';
import { Database } from './database.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations/migration-list.js';
import type { Migration } from './migrations/migration.js';
import { DATABASE_NAME, provisionCluster } from './roles.js';
import { readSchemaState, schemaFaults } from './schema-state.js';
import { serverFaults, type ServerRules } from './server-checks.js';

export interface DatabaseSettings {
  /** Folder of the embedded cluster; not looked at when `databaseUrl` is given. */
  readonly dataDir: string;
  /** Login of `enl_app` on a PostgreSQL of the operator (`DATABASE_URL`). Absent: the embedded cluster. */
  readonly databaseUrl?: string | undefined;
  /** Login of `enl_sequencer` there (`DATABASE_SEQUENCER_URL`), needed with `databaseUrl`. */
  readonly sequencerUrl?: string | undefined;
  /** Login of `enl_auditor` there (`DATABASE_AUDITOR_URL`), needed with `databaseUrl`. */
  readonly auditorUrl?: string | undefined;
  /** Login of `enl_delivery` there (`DATABASE_DELIVERY_URL`), needed with `databaseUrl`. */
  readonly deliveryUrl?: string | undefined;
  /** Login of `enl_migrate` there (`DATABASE_MIGRATION_URL`); used only with `migrate`. */
  readonly migrationUrl?: string | undefined;
  /** Apply pending migrations. The embedded cluster always does. */
  readonly migrate: boolean;
  /**
   * For the test harness alone: accept a temporary cluster that does not flush to disk. No variable or flag
   * sets it.
   */
  readonly allowUnsyncedDatabase?: boolean | undefined;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** The pool of refusals. */
  readonly denials: Database;
  /** The connection that asks whether sessions still stand: it waits for no act. */
  readonly watch: Database;
  /** The pool that integrates what was recorded, in the role that alone may. */
  readonly sequencer: Database;
  /** The pool in which the record is read, in the name of a session: row-level security shows what it may see. */
  readonly auditor: Database;
  /** The pool in which committed entries are read for the sockets of this node. */
  readonly delivery: Database;
  /** The login of `enl_app`, for the one connection that is of no pool: it listens. */
  readonly appUrl: string;
  /** The login of `enl_backup` on the embedded cluster; `null` on a cluster of the operator, who has own tools. */
  readonly backupUrl: string | null;
  /** Closes the pools, then stops the embedded cluster. */
  readonly close: () => Promise<void>;
}

export interface OpenDatabasePorts {
  readonly log: DatabaseLog;
  readonly random?: Random;
}

/**
 * Brings the database up and proves that the server may work on it: login, settings, schema, catalogue. Throws
 * `StartupRefusal` with all reasons found; then nothing is left running, and nothing was migrated unless every
 * check before the migration had passed.
 */
export async function openDatabase(
  settings: DatabaseSettings,
  { log, random = systemRandom }: OpenDatabasePorts,
): Promise<OpenedDatabase> {
  const isUnsyncedAllowed = settings.allowUnsyncedDatabase === true;
  if (settings.databaseUrl !== undefined) {
    const appUrl = settings.databaseUrl;
    const { sequencerUrl, auditorUrl, deliveryUrl } = settings;
    const migrationUrl = settings.migrate ? requireMigrationUrl(settings) : undefined;
    return openPools(
      {
        appUrl,
        sequencerUrl,
        auditorUrl,
        deliveryUrl,
        migrationUrl,
        isUnsyncedAllowed,
        migrations: MIGRATIONS,
      },
      { log, random },
    );
  }
  const options = { dataDir: settings.dataDir, log, random, unsynced: isUnsyncedAllowed };
  const cluster = await startEmbeddedPostgres(options);
  try {
    const urls = await embeddedUrls(cluster, random);
    const pools = await openPools(
      { ...urls, isUnsyncedAllowed, migrations: MIGRATIONS },
      { log, random },
    );
    return {
      ...pools,
      backupUrl: urls.backupUrl,
      close: () => closeBoth(pools, cluster),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function openPools(
  logins: CheckedLogins & RoleLogins,
  { log, random }: Required<OpenDatabasePorts>,
): Promise<OpenedDatabase> {
  const sources = [await openChecked(logins, log)];
  const pool = (source: DataSource) => new Database(source, { random });
  const close = async () => void (await Promise.all(sources.map((source) => source.destroy())));
  try {
    const denials = await connect(logins.appUrl, 'denials', log);
    sources.push(denials);
    const watch = await connect(logins.appUrl, 'watch', log);
    sources.push(watch);
    const sequencer = await openRolePool(logins, 'sequencer', log);
    sources.push(sequencer);
    const auditor = await openRolePool(logins, 'auditor', log);
    sources.push(auditor);
    const delivery = await openRolePool(logins, 'delivery', log);
    sources.push(delivery);
    const [app = sequencer] = sources;
    const { appUrl } = logins;
    return {
      database: pool(app),
      denials: pool(denials),
      watch: pool(watch),
      sequencer: pool(sequencer),
      auditor: pool(auditor),
      delivery: pool(delivery),
      appUrl,
      backupUrl: null,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Pools of one role each, with the settings that hold their logins. */
interface RoleLogins {
  readonly sequencerUrl: string | undefined;
  readonly auditorUrl: string | undefined;
  readonly deliveryUrl: string | undefined;
}

async function openRolePool(
  logins: Pick<CheckedLogins, 'isUnsyncedAllowed'> & RoleLogins,
  pool: 'sequencer' | 'auditor' | 'delivery',
  log: DatabaseLog,
): Promise<DataSource> {
  const role = `enl_${pool}` as const;
  const url = logins[`${pool}Url`];
  if (url === undefined) {
    throw new StartupRefusal([`${VARIABLE_OF_ROLE[role]} is missing: the login of ${role}.`]);
  }
  const source = await connect(url, pool, log);
  try {
    refuse(await checkServer(source, rulesFor(logins, role)));
    return source;
  } catch (error) {
    await source.destroy();
    throw error;
  }
}

export interface CheckedLogins {
  readonly appUrl: string;
  /** Absent: pending migrations are a reason to refuse. */
  readonly migrationUrl: string | undefined;
  readonly isUnsyncedAllowed: boolean;
  readonly migrations: readonly Migration[];
}

/** The pool of `enl_app`, after every check has passed and, with a login for it, the schema was migrated. */
export async function openChecked(logins: CheckedLogins, log: DatabaseLog): Promise<DataSource> {
  const source = await connect(logins.appUrl, 'app', log);
  try {
    const reasons = await checkServer(source, rulesFor(logins, 'enl_app'));
    const pending = await judgeSchema(source, { logins, reasons });
    if (logins.migrationUrl !== undefined) {
      await migrateChecked({ ...logins, migrationUrl: logins.migrationUrl }, { reasons, log });
    }
    // Only a schema of this build can be compared with what this build expects of it.
    if (reasons.length === 0 || pending === 0) {
      reasons.push(...(await catalogueFaults(runOn(source))));
    }
    refuse(reasons);
    return source;
  } catch (error) {
    await source.destroy();
    throw error;
  }
}

/**
 * Adds what speaks against the schema; resolves with the number of pending migrations, `null` when it may not
 * read.
 */
async function judgeSchema(
  source: DataSource,
  { logins, reasons }: { logins: CheckedLogins; reasons: string[] },
): Promise<number | null> {
  try {
    const state = await readSchemaState(runOn(source), logins.migrations);
    reasons.push(...schemaFaults(state));
    if (logins.migrationUrl === undefined && state.pending.length > 0) {
      const names = state.pending.map(({ name }) => name).join(', ');
      reasons.push(`Migrations are pending (${names}): start with --migrate.`);
    }
    return state.pending.length;
  } catch (error) {
    if (sqlState(error) !== '42501') throw error;
    reasons.push('DATABASE_URL: the login lacks a grant: it may not read app.schema_migrations.');
    return null;
  }
}

/** Migrates only when nothing speaks against it so far, so that a refused start has changed nothing. */
async function migrateChecked(
  logins: CheckedLogins & { readonly migrationUrl: string },
  { reasons, log }: { reasons: string[]; log: DatabaseLog },
): Promise<void> {
  const source = await connect(logins.migrationUrl, 'migration', log);
  try {
    reasons.push(...(await checkServer(source, rulesFor(logins, 'enl_migrate'))));
    refuse(reasons);
    await migrate(source, logins.migrations, log);
  } finally {
    await source.destroy();
  }
}

const VARIABLE_OF_ROLE = {
  enl_app: 'DATABASE_URL',
  enl_auditor: 'DATABASE_AUDITOR_URL',
  enl_delivery: 'DATABASE_DELIVERY_URL',
  enl_sequencer: 'DATABASE_SEQUENCER_URL',
  enl_migrate: 'DATABASE_MIGRATION_URL',
} as const satisfies Record<ServerRules['role'], UrlVariable>;

function rulesFor(
  logins: Pick<CheckedLogins, 'isUnsyncedAllowed'>,
  role: ServerRules['role'],
): ServerRules {
  return {
    role,
    variable: VARIABLE_OF_ROLE[role],
    allowUnsyncedDatabase: logins.isUnsyncedAllowed,
  };
}

async function checkServer(source: DataSource, rules: ServerRules): Promise<string[]> {
  return serverFaults(runOn(source), rules);
}

function runOn(source: DataSource) {
  return (sql: string, values: readonly unknown[] = []) => source.query(sql, [...values]);
}

function refuse(reasons: readonly string[]): void {
  const [first, ...rest] = reasons;
  if (first !== undefined) throw new StartupRefusal([first, ...rest]);
}

function requireMigrationUrl(settings: DatabaseSettings): string {
  if (settings.migrationUrl !== undefined) return settings.migrationUrl;
  throw new StartupRefusal(['--migrate needs DATABASE_MIGRATION_URL, the login of enl_migrate.']);
}

async function closeBoth(pools: OpenedDatabase, cluster: EmbeddedPostgres): Promise<void> {
  try {
    await pools.close();
  } finally {
    await cluster.stop();
  }
}

async function embeddedUrls(cluster: EmbeddedPostgres, random: Random) {
  const passwords = await provisionCluster((name) => cluster.ownerUrl(name), {
    database: DATABASE_NAME,
    random,
  });
  const url = (user: ServerRules['role'] | 'enl_backup') =>
    cluster.url({ user, password: passwords.get(user) ?? '', database: DATABASE_NAME });
  return {
    appUrl: url('enl_app'),
    sequencerUrl: url('enl_sequencer'),
    auditorUrl: url('enl_auditor'),
    deliveryUrl: url('enl_delivery'),
    migrationUrl: url('enl_migrate'),
    backupUrl: url('enl_backup'),
  };
}
