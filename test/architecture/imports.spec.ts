import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT, sourceFiles } from './house.js';
import { BROKEN_BY, PLANTED_FILES } from './planted-imports.js';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly Violation[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

/** The tool's answer; its exit code is the number of violations and says nothing more. */
function cruise(): Cruise {
  const tool = 'node_modules/.bin/depcruise';
  const args = [tool, '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  const run = spawnSync(process.execPath, [...args, 'apps', 'libs', 'test'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout) as Cruise;
}

function plant(): void {
  for (const [path, text] of Object.entries(PLANTED_FILES)) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

/** Removes the planted files and the folders that only they needed; also what a killed run left. */
function uproot(): void {
  for (const path of Object.keys(PLANTED_FILES)) {
    rmSync(join(ROOT, path), { force: true });
    let folder = dirname(join(ROOT, path));
    while (existsSync(folder) && readdirSync(folder).length === 0) {
      rmdirSync(folder);
      folder = dirname(folder);
    }
  }
}

describe('the import rules', () => {
  let clean: Cruise;
  let faulty: Cruise;

  beforeAll(() => {
    uproot();
    clean = cruise();
    try {
      plant();
      faulty = cruise();
    } finally {
      uproot();
    }
  });

  afterAll(uproot);

  it('are kept by the whole house', () => {
    const lines = clean.summary.violations.map(
      ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
    );
    expect(lines).toEqual([]);
  });

  it('were applied to every source file, so that no violation means no violation', () => {
    const seen = new Set(clean.modules.map(({ source }) => source));
    expect(sourceFiles().filter((path) => !path.endsWith('.d.ts') && !seen.has(path))).toEqual([]);
    expect(clean.summary.totalCruised).toBeGreaterThan(sourceFiles().length);
    expect(sourceFiles().length).toBeGreaterThan(50);
  });

  it('each have a planted fault', () => {
    const rules = clean.summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect(Object.keys(BROKEN_BY).toSorted()).toEqual(rules.toSorted());
  });

  it.each(Object.entries(BROKEN_BY))('%s finds its planted fault in %s', (rule, path) => {
    const found = faulty.summary.violations.filter(({ rule: { name } }) => name === rule);
    expect(found.map(({ from }) => from)).toContain(path);
  });
});
