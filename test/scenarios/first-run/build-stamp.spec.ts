import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS, privateFolder, type Account } from './accounts.js';

const SMALL_HOUSE = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'nest-cli.json',
  'apps/api/src/main.ts',
  'apps/api/src/main.spec.ts',
  'apps/api/dist/main.js',
  'libs/kernel/src/index.ts',
  'libs/kernel/dist/index.js',
];

const [SELF] = ACCOUNTS as [Account];

describe('the stamp of a build', () => {
  let house: string;

  beforeEach(() => {
    house = privateFolder(SELF);
    for (const path of SMALL_HOUSE) {
      write(path, path);
    }
  });

  afterEach(() => {
    rmSync(house, { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }

  function stamp(act: string): number | null {
    const program = join(ROOT, 'apps/cli/scripts/build-stamp.ts');
    return spawnSync(process.execPath, [program, act, house], { encoding: 'utf8' }).status;
  }

  function build(): void {
    expect(stamp('begin')).toBe(0);
    expect(stamp('end')).toBe(0);
  }

  it('holds as long as nothing changes', () => {
    expect(stamp('check')).toBe(1);
    build();
    expect(stamp('check')).toBe(0);
    write('apps/api/src/main.spec.ts', 'a test is not built');
    expect(stamp('check')).toBe(0);
  });

  it.each(['libs/kernel/src/index.ts', 'apps/api/src/other.ts', 'package-lock.json'])(
    'is void once %s changes',
    (path) => {
      build();
      write(path, 'changed');
      expect(stamp('check')).toBe(1);
    },
  );

  it('is void once a part of the build is gone', () => {
    build();
    rmSync(join(house, 'libs/kernel/dist'), { recursive: true });
    expect(stamp('check')).toBe(1);
  });

  it('does not vouch for what changed during the build', () => {
    expect(stamp('begin')).toBe(0);
    write('libs/kernel/src/index.ts', 'changed');
    expect(stamp('end')).toBe(0);
    expect(stamp('check')).toBe(1);
  });

  it('does not survive a build that was begun and not ended', () => {
    build();
    expect(stamp('begin')).toBe(0);
    expect(stamp('check')).toBe(1);
  });
});
