import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { filesBelow, isPlanted, ROOT, sourceFiles } from '../house.js';

const TOP_LEVEL = /^(?:apps|libs|docker|test|nest-cli\.json|package(?:-lock)?\.json|README\.md)$/u;
/** What the tools of the house want at the root, and what they leave there, ignored by Git. */
const TOOL_FILES = /^(?:\..+|tsconfig(?:\.base)?\.json|jest\.config\.mjs|knip\.jsonc)$/u;
const LEFT_BY_TOOLS = new Set(['node_modules', 'artifacts', 'coverage', 'dist']);

const FORBIDDEN_NAME =
  /^(?:utils?|helpers?|common|misc|base|managers?|data|info|index)(?:\.|$)|[-.](?:utils?|helpers?|managers?|base)(?:\.|$)/u;
/** Words for code that does something to something; a test may be about a process. */
const FORBIDDEN_VERB = /^(?:process|handle)(?:[-.]|$)/u;
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.(?:tsx?|d\.ts)$/u;
const A_DOOR = /^libs\/[^/]+\/src\/index(?:\.spec)?\.ts$/u;

const MOST_FILES_IN_A_FOLDER = 16;
const MOST_LEVELS_BELOW_SRC = 2;
/** A list that grows by a number a release and is never cut up: no level to read through, no folder to keep small. */
const MIGRATIONS = '/platform/database/migrations/';

const sources = sourceFiles();
const shipped = sources.filter((path) => !path.startsWith('test/'));
const folders = [...new Set(sources.map((path) => dirname(path)))].filter(
  (folder) => !`${folder}/`.endsWith(MIGRATIONS),
);

const libraries = foldersIn('libs');
const features = foldersIn('apps/api/src').filter((name) => name !== 'platform');

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && filesBelow(`${folder}/${entry.name}`).length > 0)
    .map(({ name }) => name);
}

function isForbiddenName(path: string): boolean {
  const name = basename(path);
  if (FORBIDDEN_VERB.test(name) && !path.startsWith('test/')) return true;
  return FORBIDDEN_NAME.test(name) && !A_DOOR.test(path);
}

/** `apps/api/src/threads/door/x.ts` lies two levels below `src`. */
function levelsBelowSrc(path: string): number {
  const [, below] = path.split('/src/');
  return below === undefined ? 0 : below.split('/').length - 1;
}

describe('the layout', () => {
  it('has nothing at the top but the folders and files of the plan', () => {
    const names = readdirSync(ROOT).filter((name) => !LEFT_BY_TOOLS.has(name));
    expect(names.filter((name) => !TOP_LEVEL.test(name) && !TOOL_FILES.test(name))).toEqual([]);
  });

  it('explains each library in a README', () => {
    expect(libraries.length).toBeGreaterThan(7);
    expect(libraries.filter((lib) => !existsSync(join(ROOT, 'libs', lib, 'README.md')))).toEqual(
      [],
    );
  });

  it('explains each feature of the server in a README', () => {
    const silent = features.filter(
      (name) => !existsSync(join(ROOT, 'apps/api/src', name, 'README.md')),
    );
    expect(silent).toEqual([]);
  });

  it(`keeps at most ${MOST_FILES_IN_A_FOLDER} files in a folder`, () => {
    const full = folders.filter((folder) => {
      const files = sources.filter((path) => dirname(path) === folder);
      return files.filter((path) => !isPlanted(path)).length > MOST_FILES_IN_A_FOLDER;
    });
    expect(full).toEqual([]);
  });

  it(`keeps at most ${MOST_LEVELS_BELOW_SRC} levels below src`, () => {
    const deep = shipped.filter((path) => levelsBelowSrc(path) > MOST_LEVELS_BELOW_SRC);
    expect(deep.filter((path) => !path.includes(MIGRATIONS))).toEqual([]);
    expect(levelsBelowSrc('apps/api/src/a/b/c/planted.ts')).toBe(3);
  });
});

describe('file names', () => {
  it('say what is inside, never utils, helpers, managers or bases', () => {
    expect(sources.filter(isForbiddenName)).toEqual([]);
  });

  it.each([
    'libs/kernel/src/utils.ts',
    'libs/kernel/src/string-utils.ts',
    'libs/kernel/src/crypto/index.ts',
    'apps/api/src/threads/threads.helper.ts',
    'apps/api/src/threads/process-entry.ts',
    'apps/api/src/threads/handle.ts',
    'apps/web/src/pages/base.tsx',
  ])('refuse %s', (path) => {
    expect(isForbiddenName(path)).toBe(true);
  });

  it.each(['libs/kernel/src/index.ts', 'libs/tlog/src/database.ts', 'apps/cli/src/main.ts'])(
    'accept %s',
    (path) => {
      expect(isForbiddenName(path)).toBe(false);
    },
  );

  it('are in kebab-case with the role as suffix', () => {
    const named = sources.filter((path) => !KEBAB_CASE.test(basename(path)));
    expect(named).toEqual([]);
    expect(KEBAB_CASE.test('openThread.ts')).toBe(false);
  });
});
