import { copyFileSync, linkSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from './accounts.js';
import { enlace } from './enlace-command.js';

const [SELF] = ACCOUNTS as [Account];
const BIN = 'apps/cli/bin/enlace.mjs';

/** Makes a Node believe, for its own process only, that it is of an old release. */
const AS_NODE_20 = `--import=data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process.versions, 'node', { value: '20.19.0' })",
)}`;

describe('the command', () => {
  let folder: string;

  beforeAll(() => {
    assertBuilt();
    folder = privateFolder(SELF);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (args: readonly string[], root = ROOT) => enlace({ root, account: SELF, args });

  it('is linked where npx looks for it', () => {
    const linked = realpathSync(join(ROOT, 'node_modules/.bin/enlace'));
    expect(linked).toBe(realpathSync(join(ROOT, BIN)));
  });

  it('has help for itself and for each verb that it lists', async () => {
    const { verbs } = JSON.parse((await run(['--help', '--json'])).output) as {
      verbs: readonly { verb: string }[];
    };
    const names = verbs.map(({ verb }) => verb);
    expect(names.join(' ')).toBe(
      'serve demo authority person directory whoami device case thread info request precheck audit witness',
    );
    const helps = await Promise.all(names.map(async (name) => run([name, '--help'])));
    for (const [index, help] of helps.entries()) {
      expect(help).toMatchObject({ code: 0, errors: '' });
      expect(help.output).toContain(`enlace ${names[index]}`);
    }
  }, 60_000);

  it.each([
    [['frobnicate']],
    [['serve', '--frobnicate']],
    [['serve', 'frobnicate']],
    [['thread', 'frobnicate']],
  ])('answers %j with usage on standard error and code 4', async (args) => {
    const { code, output, errors } = await run(args);
    expect(code).toBe(4);
    expect(output).toBe('');
    expect(errors).toContain('frobnicate');
    expect(errors).toContain('Usage: enlace');
  });

  it('says that it is not built, instead of failing somewhere inside', async () => {
    mkdirSync(join(folder, 'apps/cli/bin'), { recursive: true });
    copyFileSync(join(ROOT, BIN), join(folder, BIN));
    const { code, output, errors } = await run(['serve'], folder);
    expect(code).toBe(4);
    expect(output).toBe('');
    expect(errors).toContain('npm run build');
  });

  describe('on a Node that is too old', () => {
    const cache = join(ROOT, 'node_modules/.cache/enlace');
    const other = join(cache, `node-${process.pid}`);

    beforeAll(() => {
      mkdirSync(cache, { recursive: true });
      linkSync(realpathSync(process.execPath), other);
    });

    afterAll(() => {
      rmSync(other);
    });

    it('hands over to the pinned one', async () => {
      const node = [other, AS_NODE_20] as const;
      const version = await enlace({ root: ROOT, account: SELF, args: ['--version'], node });
      expect(version).toMatchObject({ code: 0, errors: '' });
      expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/u);
      const unknown = await enlace({ root: ROOT, account: SELF, args: ['frobnicate'], node });
      expect(unknown.code).toBe(4);
    });

    it('says so where there is none', async () => {
      mkdirSync(join(folder, 'apps/cli/bin'), { recursive: true });
      copyFileSync(join(ROOT, BIN), join(folder, BIN));
      const start = { root: folder, account: SELF, node: [other, AS_NODE_20] as const };
      const { code, output } = await enlace({ ...start, args: ['serve', '--json'] });
      expect(code).toBe(4);
      expect(JSON.parse(output)).toMatchObject({ code: 'runtime.too-old' });
    });
  });
});
