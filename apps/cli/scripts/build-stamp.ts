import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

// Tells `npm start` whether the build is still that of the sources, so that a second start does not build.
//   build-stamp.ts begin   before a build: notes the sources
//   build-stamp.ts end     after it: the build is that of the sources noted
//   build-stamp.ts check   exit 0: everything is built from the sources as they are; 1: build first
// A file changed during a build is not the one noted, and a build that failed or was killed leaves no stamp.

const [act = '', root = resolve(import.meta.dirname, '../../..')] = process.argv.slice(2);

const NOTED = join(root, 'node_modules/.cache/enlace/build-begun');
const STAMP = join(root, 'node_modules/.cache/enlace/build');

const CONFIGURATION = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'nest-cli.json'];
const NOT_BUILT = /^(?:node_modules|dist|README\.md|vectors)$|\.spec\.ts$|\.tsbuildinfo$/;

function packages(): readonly string[] {
  return ['apps', 'libs'].flatMap((floor) =>
    readdirSync(join(root, floor), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'docs')
      .map(({ name }) => `${floor}/${name}`),
  );
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_BUILT.test(name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .toSorted();
}

/** What a build depends on: the sources, their configuration, and the commit that the client names in its About. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const path of [...CONFIGURATION, ...packages().flatMap(filesBelow)]) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.update(commit()).digest('hex');
}

/** The commit and the changes on top of it; nothing without Git or outside a clone. */
function commit(): string {
  try {
    return ['rev-parse HEAD', 'status --porcelain']
      .map((command) =>
        execFileSync('git', ['-C', root, ...command.split(' ')], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      )
      .join('');
  } catch {
    return process.env['SOURCE_COMMIT'] ?? '';
  }
}

function isBuilt(): boolean {
  return packages().every((path) => existsSync(join(root, path, 'dist')));
}

switch (act) {
  case 'begin':
    rmSync(STAMP, { force: true });
    mkdirSync(dirname(NOTED), { recursive: true });
    writeFileSync(NOTED, fingerprint());
    break;
  case 'end':
    renameSync(NOTED, STAMP);
    break;
  case 'check': {
    const isCurrent =
      existsSync(STAMP) && isBuilt() && readFileSync(STAMP, 'utf8') === fingerprint();
    process.exitCode = isCurrent ? 0 : 1;
    break;
  }
  default:
    throw new Error('one of: begin, end, check');
}
