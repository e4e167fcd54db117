import { constants } from 'node:fs';
import { access, chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { StartupRefusal } from '../config/startup-refusal.js';
import type { DatabaseLog } from './database-log.js';

/** An account of the host, from its password file. */
interface HostAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The places of the embedded cluster inside the data folder. */
export interface DataFolder {
  readonly path: string;
  /**
   * The account that PostgreSQL runs as when the server is root (PostgreSQL refuses to be root); else the
   * server's own.
   */
  readonly account: HostAccount | undefined;
  readonly cluster: string;
  readonly run: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

const ACCOUNTS_FILE = '/etc/passwd';

/**
 * Root's folder lets the database account pass through to its own folders; nobody else's folder lets anybody
 * in.
 */
const FOLDER_MODE = { root: 0o711, other: 0o700 } as const;

/**
 * Makes the folder when it is absent and refuses one that is open to others, owned by somebody else or out of
 * reach of the database account. A folder that is refused is left as it was.
 */
export async function openDataFolder(dataDir: string, log: DatabaseLog): Promise<DataFolder> {
  const path = resolve(dataDir);
  const asRoot = process.getuid?.() === 0;
  const mode = asRoot ? FOLDER_MODE.root : FOLDER_MODE.other;
  try {
    // The mode asked for is cut by the umask, which may be 077.
    if ((await mkdir(path, { recursive: true, mode })) !== undefined) await chmod(path, mode);
  } catch (cause) {
    throw new StartupRefusal([`The data folder ${path} cannot be created.`], { cause });
  }
  const account = asRoot ? await databaseAccount(log) : undefined;
  const cluster = join(path, 'postgres');
  await refuseUnsafe(path, { mode, uid: process.getuid?.() });
  await refuseUnsafe(cluster, { mode: 0o700, uid: account?.uid ?? process.getuid?.() });
  if (account !== undefined && !(await isTraversable(path))) {
    throw new StartupRefusal([
      `The account "${account.name}" cannot reach the data folder ${path}: choose a folder outside closed ones.`,
    ]);
  }
  return {
    path,
    account,
    cluster,
    run: join(path, 'run'),
    passwordFile: join(path, 'postgres-password'),
    logFile: join(path, 'postgres.log'),
  };
}

/** Whether every folder on the way, the last one included, lets other accounts of the host pass. */
export async function isTraversable(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  const parent = dirname(path);
  return (mode & constants.S_IXOTH) !== 0 && (parent === path || isTraversable(parent));
}

async function refuseUnsafe(path: string, allowed: { mode: number; uid: number | undefined }) {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  const reasons: string[] = [];
  if (!found.isDirectory()) reasons.push(`${path} is not a folder.`);
  if (allowed.uid !== undefined && found.uid !== allowed.uid) {
    reasons.push(`${path} is owned by another user (uid ${found.uid}, expected ${allowed.uid}).`);
  }
  if (process.platform !== 'win32' && (found.mode & 0o777 & ~allowed.mode) !== 0) {
    reasons.push(
      `${path} is open to others (mode ${octal(found.mode)}): run chmod ${octal(allowed.mode)}.`,
    );
  }
  const [first, ...rest] = reasons;
  if (first !== undefined) throw new StartupRefusal([first, ...rest]);
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new StartupRefusal([`${path} cannot be written by this account.`], { cause });
  });
}

/** `postgres` if the host has it, else `nobody`. No account is created on the host. */
async function databaseAccount(log: DatabaseLog): Promise<HostAccount> {
  const accounts = await readFile(ACCOUNTS_FILE, 'utf8').catch(() => '');
  for (const wanted of ['postgres', 'nobody']) {
    const fields = accounts.split('\n').find((line) => line.startsWith(`${wanted}:`));
    const [uid, gid] = (fields?.split(':') ?? []).slice(2, 4).map(Number);
    if (uid !== undefined && gid !== undefined && uid !== 0) {
      if (wanted === 'nobody') {
        log.warn('The host has no account "postgres": the database runs as "nobody".');
      }
      return { name: wanted, uid, gid };
    }
  }
  throw new StartupRefusal([
    'PostgreSQL refuses to run as root and the host has neither "postgres" nor "nobody".',
  ]);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
