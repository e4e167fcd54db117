import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { canonicalJson, utf8 } from '@enlace/kernel';

import { SECURITY_HEADERS } from '../security-headers.js';

export const MANIFEST_NAME = 'web-manifest.json';

/**
 * The manifest of a build in canonical encoding: every file by the path at which it is served, with size and SHA-256,
 * the headers it is served with, and what it was built from. Holds no date and no path of this machine.
 */
export async function describeBuild(folder: string, repository: string): Promise<Uint8Array> {
  const lockfile = await readFile(join(repository, 'package-lock.json'));
  const root: unknown = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  return utf8(
    canonicalJson({
      v: 1,
      version: readVersion(root),
      commit: await findCommit(repository),
      node: process.versions.node,
      lockfileSha256: sha256(lockfile),
      entry: '/',
      headers: SECURITY_HEADERS,
      files: await describeFiles(folder),
    }),
  );
}

async function describeFiles(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const bytes = await readFile(file);
        return { path: servedPath(file.slice(folder.length)), size: bytes.length, bytes };
      }),
  );
  return files
    .filter(({ path }) => path !== `/${MANIFEST_NAME}`)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    .map(({ path, size, bytes }) => ({ path, size, sha256: sha256(bytes) }));
}

/** HTML exists at `/` only. */
function servedPath(pathBelowFolder: string): string {
  const path = pathBelowFolder.replaceAll('\\', '/');
  return path === '/index.html' ? '/' : path;
}

/**
 * The commit that holds exactly these sources: `SOURCE_COMMIT` where the builder vouches for it (an image is built
 * without `.git`), else HEAD of a clone without changes. `null` otherwise: no commit is named rather than a wrong
 * one.
 */
async function findCommit(repository: string): Promise<string | null> {
  const claimed = process.env.SOURCE_COMMIT ?? '';
  if (claimed !== '') {
    if (!/^[0-9a-f]{40}$/.test(claimed)) throw new Error('SOURCE_COMMIT is not 40 hex digits');
    return claimed;
  }
  try {
    const top = (await git(repository, 'rev-parse', '--show-toplevel')).trim();
    const head = (await git(repository, 'rev-parse', 'HEAD')).trim();
    const changes = await git(repository, 'status', '--porcelain');
    return join(top, '/') === join(repository, '/') && changes === '' ? head : null;
  } catch {
    return null; // no git, or no clone
  }
}

async function git(repository: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', repository, ...args]);
  return stdout;
}

function readVersion(root: unknown): string {
  if (typeof root === 'object' && root !== null && 'version' in root) return String(root.version);
  throw new Error('package.json has no version');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
