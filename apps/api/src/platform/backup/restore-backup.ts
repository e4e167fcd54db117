import { copyFile, cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StartupRefusal } from '../config/startup-refusal.js';
import { openDataFolder, type DataFolder } from '../database/data-folder.js';
import { errorCode } from '../database/database-errors.js';
import type { DatabaseLog } from '../database/database-log.js';
import { findCluster, give, makeCluster } from '../embedded/embedded-cluster.js';
import { unpackArchive } from '../embedded/unpack-archive.js';
import { BackupFolder, type BackupSet } from './backup-folder.js';
import { RESTORED } from './backup-record.js';
import { readKept, writeKept } from './kept-files.js';

export interface Restore {
  /** A folder of backups, whose newest set it is, or the folder of one set. */
  readonly from: string;
  readonly dataDir: string;
  readonly attachments: string;
}

/**
 * Fills an empty data folder from a backup. PostgreSQL replays what was written since the base copy when it starts.
 * Killed anywhere: there is no database yet, and the same start begins again. Throws `StartupRefusal` where there is
 * one already: nothing is ever restored over it.
 */
export async function restoreBackup(
  { from, dataDir, attachments }: Restore,
  log: DatabaseLog,
): Promise<void> {
  const { folder, set } = await BackupFolder.find(from);
  const data = await openDataFolder(dataDir, log);
  if ((await findCluster(data)) !== null) {
    throw new StartupRefusal([
      `--restore: ${data.path} holds a database; restore into a new folder`,
    ]);
  }
  await writeKept(data.path, await readKept(folder.kept));
  await give(data.passwordFile, data);
  await cp(folder.attachments, attachments, { recursive: true }).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  log.info(`Restoring the backup ${set.path}.`);
  await makeCluster(data, async (target) => unpack(set, { target, data }));
}

async function unpack(
  set: BackupSet,
  { target, data }: { readonly target: string; readonly data: DataFolder },
): Promise<void> {
  await unpackArchive(set.archive, { target, data });
  await writeFile(join(target, RESTORED), `${set.path}\n`);
  for (const name of await readdir(set.wal)) {
    const path = join(target, 'pg_wal', name);
    await copyFile(join(set.wal, name), path);
    await give(path, data);
  }
}
