import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../command-line/cli-error.js';
import { isSystemError } from '../files/system-error.js';
import { isAlive } from '../server/data-folder.js';

/** Its name in the folder that it locks. */
export const LOCK_FILE = 'lock';

/**
 * One command at a time works with a home: two would give one number of the device twice. The lock is a file with the
 * process id, linked into its place, so that it is there with its content or not at all. A lock whose process is gone
 * is taken over. Throws `home.locked`.
 */
export function lockHome(folder: string): { release(): void } {
  const lock = join(folder, LOCK_FILE);
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, `${process.pid}\n`, { mode: 0o600 });
  try {
    if (!tryLink(mine, lock)) {
      removeStale(lock);
      if (!tryLink(mine, lock)) throw lockedBy(folder, holderOf(lock));
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => rmSync(lock, { force: true }) };

  function removeStale(path: string): void {
    const holder = holderOf(path);
    if (holder !== null && isAlive(holder)) throw lockedBy(folder, holder);
    // Two commands may both see the dead one. Only the file that was looked at may go: a younger one is put back.
    const aside = `${mine}.stale`;
    renameSync(path, aside);
    const taken = holderOf(aside);
    if (taken !== holder) tryLink(aside, path);
    rmSync(aside, { force: true });
    if (taken !== holder) throw lockedBy(folder, taken);
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Null for a lock that is gone by now or that nobody can have written. */
function holderOf(lock: string): number | null {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

function lockedBy(folder: string, pid: number | null): CliError {
  return new CliError('home.locked', { folder, pid: pid ?? 0 });
}
