import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isSystemError } from '../files/system-error.js';

/** The cluster's folder inside a data folder, as the server lays it out. */
const CLUSTER = 'postgres';

/**
 * The data folder of this machine: `--data`, else `ENLACE_DATA`, else that of the system for root, else that of the
 * person (XDG Base Directory). The server's own default follows the same order.
 */
export function dataFolderOf(option: string | undefined, environment: NodeJS.ProcessEnv): string {
  const given = option ?? environment['ENLACE_DATA'] ?? '';
  if (given !== '') {
    return resolve(given);
  }
  if (process.getuid?.() === 0) {
    return '/var/lib/enlace';
  }
  const shared = environment['XDG_DATA_HOME'] ?? '';
  return join(shared === '' ? join(homedir(), '.local', 'share') : shared, 'enlace');
}

/** Names in the folder, or `null` when there is no folder. Throws the system's error for anything else. */
export function findEntries(folder: string): readonly string[] | null {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat === undefined ? null : readdirSync(folder);
}

/**
 * The process that serves the cluster in this data folder, or `null`. A cluster that outlived its server counts: its
 * data are in use. A process id that was given to another program counts as well, on the safe side.
 */
export function findClusterProcess(folder: string): number | null {
  const pidFile = join(folder, CLUSTER, 'postmaster.pid');
  if (lstatSync(pidFile, { throwIfNoEntry: false }) === undefined) {
    return null;
  }
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) ? pid : null;
}

/** Whether there is such a process, of whatever account. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, of another account.
    return isSystemError(error, 'EPERM');
  }
}
