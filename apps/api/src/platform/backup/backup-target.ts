import { StartupRefusal } from '../config/startup-refusal.js';
import { ReplicationConnection } from '../embedded/replication.js';
import { BackupFolder } from './backup-folder.js';

/** What is backed up, and where to. */
export interface BackupTarget {
  readonly folder: BackupFolder;
  /** Login of the role of backups on the embedded cluster. */
  readonly url: string;
}

/** Throws `StartupRefusal` when the folder cannot be used, or holds what another database wrote. */
export async function openBackupTarget(path: string, url: string): Promise<BackupTarget> {
  const folder = new BackupFolder(path);
  await folder.open();
  const systemId = await systemOf(url);
  const newest = (await folder.complete()).at(-1);
  if (newest !== undefined && newest.said.systemId !== systemId) {
    throw new StartupRefusal([`--backup: ${path} holds backups of another database`]);
  }
  return { folder, url };
}

async function systemOf(url: string): Promise<string> {
  const connection = await ReplicationConnection.open(url);
  try {
    return (await connection.identify()).systemId;
  } finally {
    await connection.close();
  }
}
