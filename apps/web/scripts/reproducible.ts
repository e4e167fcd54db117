import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { MANIFEST_NAME } from './web-manifest.js';

// Builds the client twice, in two folders of different depth, two time zones and two environments, and compares the
// manifests, which name every file by its hash. Prints the hash of both, or what differs, and then exits with 1.
// `--with-difference` plants a file that differs, to show that the comparison is awake.

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const SOURCES = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'libs/client',
  'libs/contracts',
  'libs/e2ee',
  'libs/kernel',
  'libs/mla',
  'libs/tlog',
  'libs/trust',
  'apps/web',
];
const LEFT_OUT = new Set(['dist', 'node_modules']);
const CIRCUMSTANCES = [
  { folder: 'a', env: { TZ: 'America/Tijuana', LC_ALL: 'C', NODE_ENV: 'production' } },
  {
    folder: join('b', 'another depth', 'enlace'),
    env: { TZ: 'Pacific/Auckland', LC_ALL: 'es_GT.UTF-8', NODE_ENV: 'development' },
  },
];

async function buildIn(folder: string, env: Readonly<Record<string, string>>): Promise<string> {
  const web = join(folder, 'apps', 'web');
  const filter = (path: string): boolean => !LEFT_OUT.has(basename(path));
  for (const name of SOURCES) {
    await cp(join(REPOSITORY, name), join(folder, name), { recursive: true, filter });
  }
  for (const workspace of ['.', 'apps/web']) {
    const installed = join(REPOSITORY, workspace, 'node_modules');
    if (existsSync(installed)) await symlink(installed, join(folder, workspace, 'node_modules'));
  }
  if (values['with-difference']) await writeFile(join(web, 'public', 'planted.svg'), folder);
  const options = ['--conditions=@enlace/source', '--import', '@swc-node/register/esm-register'];
  await promisify(execFile)(process.execPath, [...options, 'scripts/build.ts', '--keep-links'], {
    cwd: web,
    env: { ...process.env, ...env },
  });
  return readFile(join(web, 'dist', MANIFEST_NAME), 'utf8');
}

/** The objects of the first manifest that the second does not have: a file each, save the rest. */
function differences(first: string, second: string): string[] {
  const others = new Set(second.split('{'));
  return first.split('{').filter((object) => !others.has(object));
}

const { values } = parseArgs({
  options: { 'with-difference': { type: 'boolean', default: false } },
});
const base = await mkdtemp(join(tmpdir(), 'enlace-reproducible-'));
try {
  const [first = '', second = ''] = await Promise.all(
    CIRCUMSTANCES.map(async ({ folder, env }) => buildIn(join(base, folder), env)),
  );
  if (first === second && first !== '') {
    process.stdout.write(`identical: ${createHash('sha256').update(first).digest('hex')}\n`);
  } else {
    process.stderr.write(`the builds differ:\n${differences(first, second).join('\n')}\n`);
    process.exitCode = 1;
  }
} finally {
  await rm(base, { recursive: true });
}
