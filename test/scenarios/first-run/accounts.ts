import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import { ROOT } from '../../architecture/house.js';

/** Somebody to run the product as; without ids: whoever runs the tests. */
export interface Account {
  readonly name: string;
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

const SELF: Account = { name: 'the account of the tests', ids: undefined };
/** An account without rights, folders or a shell: `nobody` on every Linux. */
const NOBODY: Account = { name: 'an ordinary user', ids: { uid: 65_534, gid: 65_534 } };

/** Root can be two people; others only themselves. */
export const ACCOUNTS: readonly Account[] =
  process.getuid?.() === 0 ? [{ ...SELF, name: 'root' }, NOBODY] : [SELF];

const OUTPUTS = ['apps/api/dist/main.js', 'apps/cli/dist/main.js', 'apps/web/dist/index.html'];

/** The scenarios run what `npm run build` made; without it they say so instead of failing one by one. */
export function assertBuilt(): void {
  const missing = OUTPUTS.filter((path) => !existsSync(join(ROOT, path)));
  if (missing.length > 0) {
    throw new Error(`Not built: ${missing.join(', ')} missing. Run "npm run build" first.`);
  }
}

/** A folder of the account's own, which the account of the database can pass through. Remove it when done. */
export function privateFolder({ ids }: Account): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'enlace-run-'));
  chmodSync(folder, 0o711);
  if (ids !== undefined) {
    chownSync(folder, ids.uid, ids.gid);
  }
  return folder;
}

/**
 * Where the account can run the product from: this checkout, or, when a folder on the way is closed to others (root's
 * home), a copy of what a server is installed with: the built files and the packages without those for development.
 */
export function installationFor(account: Account): { readonly root: string; remove(): void } {
  if (account.ids === undefined || isOpenToOthers(ROOT)) {
    return { root: ROOT, remove: () => {} };
  }
  const root = privateFolder(account);
  const builds = ['apps', 'libs'].flatMap((floor) =>
    readdirSync(join(ROOT, floor)).flatMap((name) =>
      ['package.json', 'dist', 'bin'].map((part) => `${floor}/${name}/${part}`),
    ),
  );
  for (const path of [...builds, ...runtimePackages(), 'package.json']) {
    if (existsSync(join(ROOT, path))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      cpSync(join(ROOT, path), join(root, path), { recursive: true, verbatimSymlinks: true });
    }
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

function isOpenToOthers(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o005) === 0o005 && (parent === folder || isPassable(parent));
}

function isPassable(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isPassable(parent));
}

/** The packages that a server needs, the links to our own among them, and the Node they run on. */
function runtimePackages(): readonly string[] {
  const list = ['npm', 'ls', '--omit=dev', '--all', '--parseable'];
  const [command = '', ...args] = list;
  const paths = execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const installed = paths.map((path) => relative(ROOT, path)).filter((path) => path !== '');
  const links = readdirSync(join(ROOT, 'node_modules/@enlace')).map(
    (name) => `node_modules/@enlace/${name}`,
  );
  return [...installed.filter((path) => path.startsWith('node_modules/')), ...links];
}
