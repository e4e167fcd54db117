import { chmodSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDomainError } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { START_REFUSED } from '../exit-codes.js';
import { lockHome } from '../home/home-lock.js';
import { findEntries } from './data-folder.js';

/** Inside a data folder: what belongs to the demo alone. Its presence says that the whole folder is a demo's. */
export const DEMO_FOLDER = 'demo';

export interface DemoClaim {
  /** Undoes the claim as far as the server has put nothing into the folder. */
  withdraw(): void;
}

/**
 * Makes the folder a demo's, before the server first uses it: `demo reset` deletes what bears this mark and nothing
 * else. Throws `demo.folder-not-demo` (78) for a folder with other things in it, so that no real installation is ever
 * run with the demo's policies, nor deleted as one.
 */
export function claimForDemo(folder: string): DemoClaim {
  const entries = findEntries(folder);
  if (entries?.includes(DEMO_FOLDER) === true) {
    return { withdraw: () => {} };
  }
  if (entries !== null && entries.length > 0) {
    throw new CliError('demo.folder-not-demo', { folder }, { exitCode: START_REFUSED });
  }
  const mark = join(folder, DEMO_FOLDER);
  if (entries === null) {
    createDataFolder(folder);
  }
  mkdirSync(mark, { mode: 0o700 });
  return {
    withdraw() {
      if (isOnly(DEMO_FOLDER, folder) && findEntries(mark)?.length === 0) {
        rmdirSync(mark);
        if (entries === null) {
          rmdirSync(folder);
        }
      }
    },
  };
}

/** One command at a time makes, runs or deletes a demo. Throws `demo.folder-in-use`. */
export function lockDemo(folder: string, { exitCode }: { exitCode: number }): { release(): void } {
  try {
    return lockHome(join(folder, DEMO_FOLDER));
  } catch (cause) {
    if (!isDomainError(cause, 'home.locked')) throw cause;
    const { pid = 0 } = cause.facts;
    throw new CliError('demo.folder-in-use', { folder, pid }, { cause, exitCode });
  }
}

/** 0700; as root 0711, because the account of the database must pass through (all secrets inside are closed). */
function createDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) {
    chmodSync(folder, 0o711);
  }
}

function isOnly(name: string, folder: string): boolean {
  const entries = findEntries(folder) ?? [];
  return entries.length === 1 && entries[0] === name;
}
