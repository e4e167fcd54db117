import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readJson, ROOT } from '../house.js';

interface LintReport {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

const parameters = (count: number): string =>
  Array.from({ length: count }, (_, index) => `p${index}: number`).join(', ');
const statements = (count: number): string => 'void 0;\n'.repeat(count);

/** One wrong file a rule that the house adds to the linter's own sets. Rules that need types are the linter's own. */
const PLANTED: readonly (readonly [rule: string, path: string, text: string])[] = [
  [
    'no-restricted-imports',
    'apps/api/src/threads/a.ts',
    "import { GoneException as G } from '@nestjs/common';\nvoid G;",
  ],
  [
    'no-restricted-imports',
    'apps/api/src/threads/b.ts',
    "import { WsException } from '@nestjs/websockets';\nvoid WsException;",
  ],
  [
    'no-restricted-imports',
    'apps/web/src/c.tsx',
    "import { Button } from 'react-aria-components';\nvoid Button;",
  ],
  [
    'no-restricted-imports',
    'apps/api/src/platform/problem/d.ts',
    "import { Button } from 'react-aria-components';\nvoid Button;",
  ],
  ['no-restricted-globals', 'libs/client/src/e.ts', "void fetch('/health');"],
  ['no-restricted-globals', 'apps/web/src/markup-a.ts', 'void new DOMParser();'],
  ['no-restricted-properties', 'apps/web/src/markup-b.ts', "document.body.innerHTML = '';"],
  ['no-restricted-properties', 'apps/web/src/markup-c.ts', "document.body.outerHTML = '';"],
  [
    'no-restricted-properties',
    'apps/web/src/markup-d.ts',
    "document.body.insertAdjacentHTML('beforeend', '');",
  ],
  ['no-restricted-properties', 'apps/web/src/markup-e.ts', "document.write('');"],
  [
    'no-danger',
    'apps/web/src/markup-f.tsx',
    "export const F = () => <p dangerouslySetInnerHTML={{ __html: '' }} />;",
  ],
  ['no-restricted-properties', 'libs/client/src/f.ts', "void globalThis.fetch('/health');"],
  ['no-restricted-properties', 'libs/trust/src/g.ts', 'export const now = Date.now();'],
  ['no-restricted-properties', 'apps/web/src/h.ts', 'export const random = Math.random();'],
  ['no-console', 'apps/web/src/worker/i.ts', "console.log('key');"],
  ['no-eval', 'apps/web/src/j.ts', "eval('1');"],
  ['no-new-func', 'apps/web/src/k.ts', "export const f = new Function('return 1');"],
  ['no-explicit-any', 'libs/mla/src/l.ts', 'export type A = any;'],
  ['no-non-null-assertion', 'libs/mla/src/m.ts', "export const a = 'b'.at(0)!;"],
  [
    'complexity',
    'libs/mla/src/n.ts',
    `export function f(n: number): number {\n${Array.from({ length: 13 }, (_, i) => `if (n === ${i}) return ${i};`).join('\n')}\nreturn 0; }`,
  ],
  ['max-params', 'libs/mla/src/o.ts', `export function f(${parameters(4)}): void {}`],
  ['max-params', 'apps/api/src/threads/p.ts', `export function f(${parameters(7)}): void {}`],
  ['max-lines', 'libs/mla/src/q.ts', statements(351)],
  ['max-lines', 'libs/mla/src/r.spec.ts', statements(501)],
  [
    'max-lines-per-function',
    'libs/mla/src/s.ts',
    `export function f(): void {\n${statements(61)}}`,
  ],
  [
    'max-dependencies',
    'libs/mla/src/t.ts',
    Array.from({ length: 21 }, (_, i) => `import { n${i} } from './n${i}.js';\nvoid n${i};`).join(
      '\n',
    ),
  ],
  [
    'expect-expect',
    'libs/mla/src/u.spec.ts',
    "import { it } from '@jest/globals';\nit('is nothing', () => {});",
  ],
  [
    'no-disabled-tests',
    'libs/mla/src/v.spec.ts',
    "import { expect, it } from '@jest/globals';\nit.skip('waits', () => { expect(1).toBe(1); });",
  ],
  [
    'no-focused-tests',
    'libs/mla/src/w.spec.ts',
    "import { expect, it } from '@jest/globals';\nit.only('waits', () => { expect(1).toBe(1); });",
  ],
];

/** Where the same text is right: the rule's own exception. */
const ALLOWED: readonly (readonly [path: string, text: string])[] = [
  [
    'apps/api/src/platform/problem/x.ts',
    "import { HttpException } from '@nestjs/common';\nvoid HttpException;",
  ],
  ['libs/client/src/transport.ts', "void fetch('/health');"],
  ['apps/web/src/y.tsx', "import { Button } from 'react-aria-components/Button';\nvoid Button;"],
];

describe('the linter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'enlace-lint-'));
  let found: readonly string[] = [];

  beforeAll(() => {
    const { ignorePatterns: _, ...config } = readJson<Record<string, unknown>>('.oxlintrc.json');
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(config));
    for (const [path, text] of [...PLANTED.map(([, ...file]) => file), ...ALLOWED]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const args = [join(ROOT, 'node_modules/.bin/oxlint'), '--format', 'json'];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(run.stdout) as LintReport;
    found = report.diagnostics.map(({ code, filename }) => `${filename} ${code}`);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(PLANTED)('%s finds its planted fault in %s', (rule, path) => {
    expect(
      found.filter((line) => line.startsWith(`${path} `) && line.endsWith(`(${rule})`)),
    ).not.toEqual([]);
  });

  it.each(ALLOWED)('leaves the exception in %s alone', (path) => {
    expect(found.filter((line) => line.startsWith(`${path} `))).toEqual([]);
  });

  it('refuses every HTTP exception that Nest has', async () => {
    const nest = await import('@nestjs/common');
    const config = readJson<{
      rules: {
        'no-restricted-imports': [string, { paths: { name: string; importNames?: string[] }[] }];
      };
    }>('.oxlintrc.json');
    const refused = config.rules['no-restricted-imports'][1].paths.find(
      ({ name }) => name === '@nestjs/common',
    );
    const exceptions = Object.entries(nest)
      .filter(
        ([, value]) =>
          typeof value === 'function' &&
          (value === nest.HttpException || value.prototype instanceof nest.HttpException),
      )
      .map(([name]) => name);
    expect(refused?.importNames?.toSorted()).toEqual(exceptions.toSorted());
  });
});
