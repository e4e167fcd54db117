import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { subresourceIntegrity } from '../../apps/web/scripts/subresource-integrity.js';
import { filesBelow, readText, ROOT } from './house.js';

const BUILD_TIMEOUT_MS = 60_000;

let build: string;

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

async function run(script: string, ...args: readonly string[]): Promise<Outcome> {
  const source = ['--conditions=@enlace/source', '--import', '@swc-node/register/esm-register'];
  const command = [...source, `scripts/${script}.ts`, ...args];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      command,
      { cwd: join(ROOT, 'apps/web') },
      (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr });
      },
    );
  });
}

beforeAll(async () => {
  build = await mkdtemp(join(tmpdir(), 'enlace-web-build-'));
  const { exitCode, output } = await run('build', '--out', build);
  if (exitCode !== 0) throw new Error(output);
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await rm(build, { recursive: true });
});

describe('the build of the client', () => {
  it(
    'gives the same bytes in another folder, time zone and environment',
    async () => {
      const { exitCode, output } = await run('reproducible');
      expect(output).toMatch(/^identical: [0-9a-f]{64}\n$/);
      expect(exitCode).toBe(0);
    },
    BUILD_TIMEOUT_MS,
  );

  it(
    'is compared by a check that is awake',
    async () => {
      const { exitCode, output } = await run('reproducible', '--with-difference');
      expect(output).toContain('/planted.svg');
      expect(exitCode).toBe(1);
    },
    BUILD_TIMEOUT_MS,
  );

  it('stays within its budgets', async () => {
    const { exitCode, output } = await run('budget', build);
    expect(output).not.toContain('NOT within');
    expect(output).toMatch(
      /^script at start: \d+\.\d kB, within 210 kB\nworker at start: \d+\.\d kB, within 240 kB\nstyle: /,
    );
    expect(exitCode).toBe(0);
  });

  it('names no folder, host or time of this machine', async () => {
    const manifest = await readFile(join(build, 'web-manifest.json'), 'utf8');
    const { files }: { files: { path: string }[] } = JSON.parse(manifest);
    const texts = files.filter(({ path }) => !/\.(?:woff2|ttf)$/.test(path));
    for (const { path } of texts) {
      const text = await readFile(join(build, path === '/' ? 'index.html' : path), 'utf8');
      expect([path, text.includes(ROOT), /localhost:\d/.test(text)]).toEqual([path, false, false]);
    }
    expect(texts.length).toBeGreaterThan(5);
  });

  it('holds no source map, no data: address and no development build of React', async () => {
    const entry = entryOf(await readFile(join(build, 'index.html'), 'utf8'));
    const script = await readFile(join(build, entry), 'utf8');
    expect(script).toContain('Minified React error');
    expect(script).not.toMatch(/sourceMappingURL|react-dom-client\.development/);
    const style = filesBelow('apps/web/styles').map(readText).join('\n');
    expect(style).not.toContain('data:');
  });

  it('is refused by the budget when a file has grown', async () => {
    const entry = entryOf(await readFile(join(build, 'index.html'), 'utf8'));
    await writeFile(join(build, entry), randomBytes(300_000));
    const { exitCode, output } = await run('budget', build);
    expect(output).toMatch(/^script at start: \d{3}\.\d kB, NOT within 210 kB$/m);
    expect(exitCode).toBe(1);
  });
});

function entryOf(page: string): string {
  return /src="\/(assets\/[^"]+\.js)"/.exec(page)?.[1] ?? 'none';
}

describe('the scripts of the worker', () => {
  const asset = (fileName: string) => [fileName, { type: 'asset', fileName, source: 'x' }] as const;
  const NAMED = ['crypto.worker', 'worker.core', 'worker.own-directory', 'worker.pdf-pages'];
  const listed = NAMED.map((name) => asset(`assets/${name}-12345678.js`));
  const entry = { type: 'chunk', fileName: 'assets/index-12345678.js' } as const;
  const page = { type: 'asset', fileName: 'index.html', source: '' };

  function write(more: readonly (readonly [string, object])[]): string {
    const code = "'scripts-of-the-worker' 'scripts-on-demand' 'scripts-for-printing'";
    const chunk = { ...entry, code };
    const bundle = Object.fromEntries([
      ...listed,
      ...more,
      ['index.html', page],
      [entry.fileName, chunk],
    ]);
    const hook = subresourceIntegrity().generateBundle;
    if (typeof hook !== 'object') throw new Error('no hook');
    Reflect.apply(hook.handler, null, [{}, bundle]);
    return chunk.code;
  }

  it('are written into the page with their hashes, each of them', () => {
    const code = write([]);
    for (const [name] of listed) expect(code).toContain(`/${name} sha384-`);
  });

  it('are checked for printing apart from those that many operations need', () => {
    const [atStart, onDemand, printing] = write([]).split("' '");
    expect(printing).toContain('worker.pdf-pages');
    expect(`${atStart} ${onDemand}`).not.toContain('worker.pdf');
  });

  it('fail the build when there is one that the page would not check', () => {
    const unlisted = asset('assets/helper-12345678.js');
    expect(() => write([unlisted])).toThrow('would not check assets/helper-12345678.js');
  });
});

describe('the style sheets', () => {
  const sheets = filesBelow('apps/web/styles').filter((path) => !path.endsWith('tokens.css'));

  it.each(sheets)('take every colour and length from the tokens: %s', (path) => {
    const declarations = readText(path)
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => !line.startsWith('@media'));
    const raw = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(|\d(?:px|r?em|ch)\b/i;
    expect(declarations.filter((line) => raw.test(line))).toEqual([]);
  });

  it('are read by this test', () => {
    expect(sheets.length).toBeGreaterThan(2);
  });
});
