import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { filesBelow, readJson, ROOT } from '../house.js';

/** An entry of the lock file; `path` is where it is installed. */
export interface LockedPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

const INSTALLED = 'node_modules/';

const entries = Object.entries(
  readJson<{ packages: Record<string, Omit<LockedPackage, 'path' | 'name'> & { name?: string }> }>(
    'package-lock.json',
  ).packages,
);

/** Every third-party package of the lock file, also those of other platforms. */
export const locked: readonly LockedPackage[] = entries
  .filter(([path, entry]) => path.includes(INSTALLED) && entry.link !== true)
  .map(([path, entry]) => ({
    ...entry,
    path,
    // Given when the package is installed under an alias.
    name: entry.name ?? path.slice(path.lastIndexOf(INSTALLED) + INSTALLED.length),
  }));

/** What a production install brings: everything that is not for development alone. */
export const shipped: readonly LockedPackage[] = locked.filter(({ dev }) => dev !== true);

const manifestPaths: readonly string[] = [
  'package.json',
  ...['apps', 'libs']
    .flatMap(filesBelow)
    .filter((path) => /^[^/]+\/[^/]+\/package\.json$/u.test(path)),
];

export const manifests: readonly Manifest[] = manifestPaths.map((path) => readJson<Manifest>(path));

export function isInstalled({ path }: LockedPackage): boolean {
  return existsSync(join(ROOT, path, 'package.json'));
}

/** Negative when `left` is older; numbers are compared as numbers and a pre-release is older than its release. */
export function compareVersions(left: string, right: string): number {
  const [leftCore = '', leftPre] = left.split(/-(.*)/su);
  const [rightCore = '', rightPre] = right.split(/-(.*)/su);
  const rightParts = rightCore.split('.').map(Number);
  for (const [index, part] of leftCore.split('.').map(Number).entries()) {
    const difference = part - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(leftPre === undefined) - Number(rightPre === undefined);
}
