import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readJson, ROOT } from '../house.js';

const CONFIGURATION = [
  '.githooks',
  '.gitignore',
  '.lintstagedrc.json',
  '.oxlintrc.json',
  '.prettierrc.json',
  '.secretlintrc.json',
  'package.json',
  'tsconfig.base.json',
];

const DIGITS = 'QWxhZGRpbjpvcGVuc2VzYW1lMTIzNDU2Nzg5MGFi';
const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ format: 'pem', type: 'pkcs1' })
  .toString();

/** Secrets in the forms that services give out, put together here so that none is written in the house. */
const SECRETS: readonly (readonly [string, string])[] = [
  ['a private key', PRIVATE_KEY],
  ['a token of GitHub', ['token: ghp', DIGITS.slice(0, 36)].join('_')],
  ['a token of npm', ['token: npm', DIGITS.slice(0, 36)].join('_')],
  [
    'the password of a database',
    ['postgres://enlace:', DIGITS, '@db.example.test/enlace'].join(''),
  ],
];

/** A small repository with the hook of the house, switched on as the README says. */
function aRepository(): {
  folder: string;
  git: (...args: string[]) => { ok: boolean; text: string };
} {
  const folder = mkdtempSync(join(tmpdir(), 'enlace-hook-'));
  for (const path of CONFIGURATION) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const env = {
    ...Object.fromEntries(outer),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const git = (...args: string[]) => {
    const who = ['-c', 'user.name=Rosa', '-c', 'user.email=rosa@example.test'];
    const run = spawnSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8', env });
    return { ok: run.status === 0, text: run.stdout + run.stderr };
  };
  git('init', '--quiet');
  const [, ...command] = readJson<{ scripts: { hooks: string } }>(
    'package.json',
  ).scripts.hooks.split(' ');
  git(...command);
  return { folder, git };
}

describe('the hook before a commit', () => {
  let folder = '';
  let git: ReturnType<typeof aRepository>['git'];

  const commit = (path: string, text: string): { ok: boolean; text: string } => {
    writeFileSync(join(folder, path), text);
    git('add', '--force', path);
    const result = git('commit', '--quiet', '-m', 'chore: try');
    git('rm', '--quiet', '--force', '--ignore-unmatch', path);
    return result;
  };

  beforeAll(() => {
    ({ folder, git } = aRepository());
    git('add', '.gitignore');
    git('commit', '--quiet', '--no-verify', '-m', 'chore: begin');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('formats what is staged and leaves the rest alone', () => {
    writeFileSync(join(folder, 'staged.ts'), 'export const a = "a"');
    writeFileSync(join(folder, 'other.ts'), 'export const b = "b"');
    git('add', 'staged.ts');
    expect(git('commit', '--quiet', '-m', 'chore: format')).toEqual({ ok: true, text: '' });
    expect(git('show', 'HEAD:staged.ts').text).toBe("export const a = 'a';\n");
    expect(readFileSync(join(folder, 'other.ts'), 'utf8')).toBe('export const b = "b"');
  });

  it('refuses what the linter refuses', () => {
    const result = commit('wrong.ts', 'export const now = Date.now();\n');
    expect(result.ok).toBe(false);
    expect(result.text).toContain('Take the Clock port.');
  });

  it.each(SECRETS)('refuses %s', (_, secret) => {
    expect(commit('notes.txt', `${secret}\n`)).toMatchObject({ ok: false });
  });
});

describe('the secret scanner', () => {
  const scan = (cwd: string): { status: number | null; text: string } => {
    const { secrets } = readJson<{ scripts: { secrets: string } }>('package.json').scripts;
    const env = {
      ...process.env,
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    };
    const run = spawnSync('sh', ['-c', secrets], { cwd, encoding: 'utf8', env });
    return { status: run.status, text: run.stdout + run.stderr };
  };

  it('finds nothing in the house', () => {
    expect(scan(ROOT)).toEqual({ status: 0, text: '' });
  });

  it.each(['notes.txt', '.settings', 'folder.json'])('finds a planted key in %s', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'enlace-secrets-'));
    try {
      for (const path of ['.secretlintrc.json', '.gitignore'])
        cpSync(join(ROOT, path), join(folder, path));
      writeFileSync(join(folder, name), PRIVATE_KEY);
      const { status, text } = scan(folder);
      expect(status).toBe(1);
      expect(text).toContain(name);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
