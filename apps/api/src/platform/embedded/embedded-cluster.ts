import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
} from 'node:fs/promises';
import { join } from 'node:path';

import { toBase64Url, type Random } from '@enlace/kernel';

import { StartupRefusal } from '../config/startup-refusal.js';
import { errorCode } from '../database/database-errors.js';
import type { DataFolder } from '../database/data-folder.js';
import { syncFolder } from '../durable-file.js';

/** Length of every password that the platform makes for the embedded cluster. */
export const PASSWORD_BYTES = 24;

/** Clusters in the making, beside their place. */
const DRAFT_PREFIX = 'postgres.new-';

/** What a folder must hold to be a cluster at all; PostgreSQL itself judges the rest. */
const VITAL_FILES = ['PG_VERSION', 'global', 'base', 'pg_wal'];

/**
 * The major version of the cluster in the folder, or `null` when there is none yet. Refuses a folder with
 * something else in it, one without its password, and says which file is missing; nothing is changed.
 */
export async function findCluster(folder: DataFolder): Promise<string | null> {
  const names = await readdir(folder.cluster).catch((): string[] => []);
  if (names.length === 0) return null;
  const missing = VITAL_FILES.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new StartupRefusal([
      `The database in ${folder.cluster} is damaged: ${missing.join(', ')} missing. Restore a backup.`,
    ]);
  }
  return (await readFile(join(folder.cluster, 'PG_VERSION'), 'utf8')).trim();
}

/** Only the version that made a cluster can open it. */
export function refuseOtherVersion(folder: DataFolder, found: string, ours: string): void {
  if (found === ours) return;
  const age = Number(found) > Number(ours) ? 'a newer' : 'another';
  throw new StartupRefusal([
    `The database in ${folder.cluster} was made by ${age} PostgreSQL (${found}); this build runs ${ours}.`,
  ]);
}

/**
 * The password of the cluster owner. With `create` it is made once; two starts at the same moment get the same
 * one.
 */
export async function ownerPassword(
  folder: DataFolder,
  options: { create: boolean; random: Random },
): Promise<string> {
  if (options.create) {
    // Written aside, made durable, then linked: a reader sees the whole password or none, and an existing one
    // stays.
    const draft = `${folder.passwordFile}.${toBase64Url(options.random.bytes(9))}`;
    const file = await open(draft, 'wx', 0o600);
    await file.writeFile(toBase64Url(options.random.bytes(PASSWORD_BYTES)));
    await file.sync();
    await file.close();
    await give(draft, folder);
    await link(draft, folder.passwordFile).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  const password = await readFile(folder.passwordFile, 'utf8').catch((cause: unknown) => {
    throw new StartupRefusal([`${folder.passwordFile} is missing or unreadable.`], { cause });
  });
  return password.trim();
}

/**
 * Makes the cluster beside its place and moves it there in one step. Killed before the move: no cluster, the
 * next start begins again and clears the remains. Two starts at once: one move wins, the other fails and uses
 * what it finds there.
 */
export async function makeCluster(
  folder: DataFolder,
  initialise: (target: string) => Promise<void>,
): Promise<void> {
  const draft = await mkdtemp(join(folder.path, DRAFT_PREFIX));
  try {
    await give(draft, folder);
    await initialise(draft);
    await rename(draft, folder.cluster);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if ((await findCluster(folder)) === null) throw error;
  }
  const drafts = (await readdir(folder.path)).filter((name) => name.startsWith(DRAFT_PREFIX));
  for (const name of drafts) {
    // Another start may still be writing into its own; what cannot be removed is cleared when it fails.
    await rm(join(folder.path, name), { recursive: true, force: true }).catch(() => undefined);
  }
  await syncFolder(folder.path);
}

/** The folder of the socket, closed to all but the database account. */
export async function makeRunFolder(folder: DataFolder): Promise<void> {
  await mkdir(folder.run, { recursive: true, mode: 0o700 });
  await chmod(folder.run, 0o700);
  await give(folder.run, folder);
}

/** Makes it the property of the database account. */
export async function give(path: string, { account }: DataFolder): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid);
}
