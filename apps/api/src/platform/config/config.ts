import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';

import { ATTACHMENT_LIMITS } from '@enlace/contracts';

import { isLoopbackHost, isLoopbackUrl } from './loopback.js';
import { readS3, type S3Settings } from './s3-settings.js';
import { withSecretFiles, type Environment } from './secret-files.js';
import * as read from './settings.js';
import { StartupRefusal } from './startup-refusal.js';

const GIB = 1024 ** 3;
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Where attached files lie, and how much of them there may be, in bytes before they are sealed. */
interface AttachmentSettings {
  /** `null`: in the data folder. Nodes of one deployment share it. */
  readonly folder: string | null;
  /** `null`: they lie in a folder. */
  readonly s3: S3Settings | null;
  readonly most: { readonly file: number; readonly case: number; readonly state: number };
}

/** Everything the server is told from outside, checked once; nothing else of it reads the environment. */
export interface ServerConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** `null`: the loopback address that the server listens on, known once it listens. */
  readonly publicOrigin: string | null;
  /** Origins whose pages may call the server; `null`: the public origin alone. */
  readonly clientOrigins: readonly string[] | null;
  /** Addresses and CIDR ranges whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly dataDir: string;
  /** `null`: the embedded database in the data folder. */
  readonly databaseUrl: string | null;
  readonly sequencerUrl: string | null;
  readonly auditorUrl: string | null;
  readonly deliveryUrl: string | null;

  readonly migrationUrl: string | null;
  readonly busUrl: string | null;
  readonly attachments: AttachmentSettings;
  /** Where witnesses of States listen, by the name of their key; others come by themselves. */
  readonly witnessUrls: ReadonlyMap<string, string>;
  /** Port of the metrics on 127.0.0.1; `null`: none are served. */
  readonly metricsPort: number | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly demo: boolean;
  /** Apply pending migrations before serving (`--migrate`). */
  readonly migrate: boolean;
  /** File of the roots of trust (`--trust <file>`); `null`: the one in the data folder, if there is one. */
  readonly trustFile: string | null;
  /** A copy of the directory's log that gives back what a database lost (`--refill <file>`); `null`: none. */
  readonly refillFile: string | null;
  /** Where a backup of the embedded database is kept while the server runs (`--backup <dir>`); `null`: nowhere. */
  readonly backupDir: string | null;
  /** A backup that fills an empty data folder first (`--restore <dir>`); `null`: none. */
  readonly restoreDir: string | null;
}

/** Arguments that name a file or a folder. */
const FILE_ARGUMENTS = ['--trust', '--refill', '--backup', '--restore'] as const;
const OWN_SETTINGS: ReadonlySet<string> = new Set(['ENLACE_DATA', 'ENLACE_DEMO']);
/** Variables of the command line and of the test harness, which may share an environment with the server. */
const SETTINGS_OF_OTHERS = /^ENLACE_(PASSPHRASE(_[23])?$|TEST_)/;

/** Reads the settings. Throws one `StartupRefusal` with a line for each that is wrong, never with a secret in it. */
export function readConfig(given: Environment, argv: readonly string[]): ServerConfig {
  const reasons: string[] = [];
  const env = withSecretFiles(given, (reason) => reasons.push(reason));
  const setting: read.ReadSetting = (name, parse, absent) => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return absent;
    try {
      return parse(text);
    } catch (refusal) {
      if (!(refusal instanceof read.SettingRefused)) throw refusal;
      reasons.push(`${name}: ${refusal.message}`);
      return absent;
    }
  };
  const config: ServerConfig = {
    host: setting('HOST', read.parseHost, '127.0.0.1'),
    port: setting('PORT', read.parsePort, 3000),
    publicOrigin: setting<string | null>('PUBLIC_ORIGIN', read.parseOrigin, null),
    clientOrigins: setting<readonly string[] | null>('CLIENT_ORIGINS', read.parseOrigins, null),
    trustedProxies: setting('TRUSTED_PROXIES', read.parseNetworks, []),
    dataDir: setting('ENLACE_DATA', (text) => resolve(text), defaultDataDir(env)),
    databaseUrl: setting<string | null>('DATABASE_URL', read.parseDatabaseUrl, null),
    sequencerUrl: setting<string | null>('DATABASE_SEQUENCER_URL', read.parseDatabaseUrl, null),
    auditorUrl: setting<string | null>('DATABASE_AUDITOR_URL', read.parseDatabaseUrl, null),
    deliveryUrl: setting<string | null>('DATABASE_DELIVERY_URL', read.parseDatabaseUrl, null),
    migrationUrl: setting<string | null>('DATABASE_MIGRATION_URL', read.parseDatabaseUrl, null),
    busUrl: setting<string | null>('BUS_URL', read.parseBusUrl, null),
    attachments: {
      folder: setting<string | null>('ATTACHMENTS_DIR', (text) => resolve(text), null),
      s3: readS3(setting, (reason) => reasons.push(reason)),
      most: {
        file: setting('ATTACHMENT_GIB', read.parseGibibytes(1, 8), ATTACHMENT_LIMITS.fileBytes),
        case: setting('CASE_ATTACHMENTS_GIB', read.parseGibibytes(1, 100_000), 200 * GIB),
        state: setting('STATE_ATTACHMENTS_GIB', read.parseGibibytes(1, 1_000_000), 1_000 * GIB),
      },
    },
    witnessUrls: setting('WITNESS_URLS', read.parseWitnessUrls, new Map<string, string>()),
    metricsPort: setting<number | null>('METRICS_PORT', read.parsePort, null),
    logLevel: setting('LOG_LEVEL', (text) => read.parseOneOf(text, LOG_LEVELS), 'info'),
    demo: setting('ENLACE_DEMO', read.parseSwitch, false),
    migrate: argv.includes('--migrate'),
    trustFile: readFileArgument(argv, '--trust'),
    refillFile: readFileArgument(argv, '--refill'),
    backupDir: readFileArgument(argv, '--backup'),
    restoreDir: readFileArgument(argv, '--restore'),
  };
  reasons.push(...unknownSettings(env), ...unknownArguments(argv), ...contradictions(config));
  const [first, ...others] = reasons;
  if (first !== undefined) throw new StartupRefusal([first, ...others]);
  return config;
}

function unknownSettings(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('ENLACE_'))
    .filter((name) => !OWN_SETTINGS.has(name) && !SETTINGS_OF_OTHERS.test(name))
    .map((name) => `${name}: no such setting; correct its name or remove it`);
}

function readFileArgument(
  argv: readonly string[],
  name: (typeof FILE_ARGUMENTS)[number],
): string | null {
  const at = argv.indexOf(name);
  const file = at === -1 ? undefined : argv[at + 1];
  return file === undefined ? null : resolve(file);
}

function isFileArgument(argument: string | undefined): boolean {
  return FILE_ARGUMENTS.some((name) => name === argument);
}

function unknownArguments(argv: readonly string[]): string[] {
  const isKnown = (argument: string, at: number): boolean =>
    argument === '--migrate' ||
    (isFileArgument(argument) && argv[at + 1] !== undefined) ||
    isFileArgument(argv[at - 1]);
  return argv
    .filter((argument, at) => !isKnown(argument, at))
    .map(
      () =>
        'arguments: only --migrate, --trust <file>, --refill <file>, --backup <dir>, --restore <dir>; ' +
        'settings come from the environment',
    );
}

/** Settings that are sound alone and not together. */
function contradictions(config: ServerConfig): string[] {
  const reasons: string[] = [];
  const refuseIf = (wrong: boolean, reason: string): void => {
    if (wrong) reasons.push(reason);
  };
  const exposed = !isLoopbackHost(config.host);
  const publicElsewhere = config.publicOrigin !== null && !isLoopbackUrl(config.publicOrigin);
  refuseIf(
    exposed && config.publicOrigin === null,
    'PUBLIC_ORIGIN: required when HOST is not loopback; set the https origin that clients use',
  );
  refuseIf(
    config.demo && (exposed || publicElsewhere),
    'ENLACE_DEMO: the demo trust store serves loopback only; unset it, or HOST and PUBLIC_ORIGIN',
  );
  refuseIf(
    config.migrationUrl !== null && config.databaseUrl === null,
    'DATABASE_MIGRATION_URL: set without DATABASE_URL; set both, or none for the embedded database',
  );
  for (const [name, url, role] of [
    ['DATABASE_SEQUENCER_URL', config.sequencerUrl, 'enl_sequencer'],
    ['DATABASE_AUDITOR_URL', config.auditorUrl, 'enl_auditor'],
    ['DATABASE_DELIVERY_URL', config.deliveryUrl, 'enl_delivery'],
  ] as const) {
    refuseIf(
      url !== null && config.databaseUrl === null,
      `${name}: set without DATABASE_URL; set both, or none for the embedded database`,
    );
    refuseIf(
      url === null && config.databaseUrl !== null,
      `${name}: required with DATABASE_URL; set the login of ${role}`,
    );
  }
  refuseIf(
    config.attachments.folder !== null && config.attachments.s3 !== null,
    'ATTACHMENTS_DIR: set beside ATTACHMENTS_S3_URL; set one of the two',
  );
  refuseIf(
    config.metricsPort !== null && config.metricsPort !== 0 && config.metricsPort === config.port,
    'METRICS_PORT: equals PORT; choose another one',
  );
  return [...reasons, ...wrongFolders(config)];
}

/** A backup is of the embedded database, and lies elsewhere. */
function wrongFolders({ backupDir, restoreDir, dataDir, databaseUrl }: ServerConfig): string[] {
  const given = [
    ['--backup', backupDir],
    ['--restore', restoreDir],
  ] as const;
  return given.flatMap(([name, folder]) => {
    if (folder === null) return [];
    if (databaseUrl !== null) {
      return [`${name}: for the embedded database; PostgreSQL of your own has its own tools`];
    }
    return isWithin(folder, dataDir) || isWithin(dataDir, folder)
      ? [`${name}: the folder and the data folder must not lie in each other`]
      : [];
  });
}

function isWithin(inner: string, outer: string): boolean {
  return `${inner}${sep}`.startsWith(`${outer}${sep}`);
}

/** Where an operator looks for it: `/var/lib` for a system service, the XDG folder for a person. */
function defaultDataDir(env: Environment): string {
  if (process.getuid?.() === 0) return '/var/lib/enlace';
  const dataHome = env['XDG_DATA_HOME'] ?? '';
  return join(dataHome === '' ? join(homedir(), '.local', 'share') : dataHome, 'enlace');
}
