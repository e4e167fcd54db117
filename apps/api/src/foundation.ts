import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';

import { systemRandom, type Clock } from '@enlace/kernel';

import type { ServerConfig } from './platform/config/config.js';
import { openBackupTarget, type BackupTarget } from './platform/backup/backup-target.js';
import { attachmentsIn } from './platform/backup/kept-files.js';
import { restoreBackup } from './platform/backup/restore-backup.js';
import { StartupRefusal } from './platform/config/startup-refusal.js';
import type { DatabaseLog } from './platform/database/database-log.js';
import { openDatabase, type OpenedDatabase } from './platform/database/open-database.js';
import type { Log } from './platform/logging/log.js';
import { LogKeyFiles } from './platform/sequencer/log-signer.js';
import { openLogs, type OpenedLogs } from './platform/sequencer/open-logs.js';
import { EventWriter } from './platform/tlog/event-writer.js';

/** A folder of the server alone: its database, its attachments and its secrets lie in it. */
const DATA_FOLDER_MODE = 0o700;

interface FoundationPorts {
  readonly log: Log;
  readonly clock: Clock;
  readonly allowUnsyncedDatabase?: boolean | undefined;
}

/**
 * Brings up what everything else stands on. A port that is taken is noticed first, so that a second start by mistake
 * touches no database. Throws `StartupRefusal`; nothing is left running then.
 */
export async function openFoundation(
  config: ServerConfig,
  { log, clock, allowUnsyncedDatabase = false }: FoundationPorts,
): Promise<Foundation> {
  await assertPortFree(config);
  if (config.databaseUrl !== null) await makeDataFolder(config.dataDir);
  const notes: DatabaseLog = {
    info: (note) => log.info('database.note', { note }),
    warn: (note) => log.warn('database.note', { note }),
  };
  if (config.restoreDir !== null) {
    const { dataDir, restoreDir } = config;
    await restoreBackup({ from: restoreDir, dataDir, attachments: attachmentsIn(config) }, notes);
  }
  const opened = await openDatabase(
    {
      dataDir: config.dataDir,
      databaseUrl: config.databaseUrl ?? undefined,
      sequencerUrl: config.sequencerUrl ?? undefined,
      auditorUrl: config.auditorUrl ?? undefined,
      deliveryUrl: config.deliveryUrl ?? undefined,
      migrationUrl: config.migrationUrl ?? undefined,
      migrate: config.migrate,
      allowUnsyncedDatabase,
    },
    { log: notes },
  );
  return openLogsOn(opened, { config, clock });
}

/** The database and the logs on it. */
export interface Foundation extends OpenedDatabase {
  readonly writer: EventWriter;
  readonly keys: OpenedLogs;
  /** `null` where nobody asked for a backup. */
  readonly backup: BackupTarget | null;
}

async function openLogsOn(
  opened: OpenedDatabase,
  { config, clock }: { readonly config: ServerConfig; readonly clock: Clock },
): Promise<Foundation> {
  const ports = { clock, random: systemRandom };
  const writer = new EventWriter({ ...ports, node: opened.database.nodeId });
  const files = new LogKeyFiles(config.dataDir, systemRandom);
  try {
    const { sequencer: database } = opened;
    const keys = await openLogs(domainOf(config), { ...ports, database, keys: files, writer });
    return { ...opened, writer, keys, backup: await backupTarget(opened, config) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function backupTarget(
  { backupUrl }: OpenedDatabase,
  { backupDir }: ServerConfig,
): Promise<BackupTarget | null> {
  return backupDir === null || backupUrl === null ? null : openBackupTarget(backupDir, backupUrl);
}

/** The name under which the logs of this deployment are known for ever. */
function domainOf({ publicOrigin }: ServerConfig): string {
  return publicOrigin === null ? 'localhost' : new URL(publicOrigin).hostname;
}

export function listenRefusal(config: ServerConfig, cause: unknown): StartupRefusal {
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  const reason =
    code === 'EADDRINUSE'
      ? `PORT: ${config.port} is in use; stop the program that has it, or choose another port`
      : `HOST, PORT: cannot listen on ${config.host}, port ${config.port} (${String(code)})`;
  return new StartupRefusal([reason], { cause });
}

async function assertPortFree(config: ServerConfig): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause) => reject(listenRefusal(config, cause)));
    probe.listen(config.port, config.host, () => {
      probe.close(() => resolve());
    });
  });
}

async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: DATA_FOLDER_MODE });
  } catch (cause) {
    throw new StartupRefusal(['ENLACE_DATA: the folder cannot be created; choose another'], {
      cause,
    });
  }
}
