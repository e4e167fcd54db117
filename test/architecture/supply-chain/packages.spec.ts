import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

import { readJson, readText } from '../house.js';
import { compareVersions, locked, manifests, shipped } from './lock-file.js';

interface Minimum {
  readonly package: string;
  readonly minimum: string;
  readonly reason: string;
  /** Later versions that are no better. */
  readonly refused?: readonly string[];
}

function isRefused(rule: Minimum, version: string): boolean {
  return compareVersions(version, rule.minimum) < 0 || rule.refused?.includes(version) === true;
}

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/u;

const declared = manifests.flatMap(({ dependencies, devDependencies, overrides }) =>
  [dependencies, devDependencies, overrides].flatMap((group) => Object.entries(group ?? {})),
);
const { minimumVersions } = readJson<{ minimumVersions: readonly Minimum[] }>(
  'apps/docs/security/min-versions.json',
);

describe('the versions', () => {
  it('are exact in every package.json', () => {
    const loose = declared.filter(([name, range]) => {
      if (name.startsWith('@enlace/')) return range !== '*';
      return name === 'typescript' ? range !== '~6.0.3' : !EXACT.test(range);
    });
    expect(loose).toEqual([]);
    expect(declared.length).toBeGreaterThan(60);
  });

  it('are the same in every package.json', () => {
    const versions = new Map<string, Set<string>>();
    for (const [name, range] of declared) {
      versions.set(name, (versions.get(name) ?? new Set()).add(range));
    }
    expect([...versions].filter(([, ranges]) => ranges.size > 1)).toEqual([]);
  });

  it('of TypeScript is 6.0 and no other is installed beside it, under its name or an alias', () => {
    expect(ts.versionMajorMinor).toBe('6.0');
    expect(locked.filter(({ name }) => name === 'typescript').map(({ path }) => path)).toEqual([
      'node_modules/typescript',
    ]);
    expect(declared.filter(([, range]) => range.startsWith('npm:'))).toEqual([]);
  });

  it.each(['reflect-metadata', 'rxjs', 'class-validator', 'class-transformer', 'react', 'zod'])(
    'of %s is one: two copies do not know each other',
    (single) => {
      expect(locked.filter(({ name }) => name === single)).toHaveLength(1);
    },
  );

  it.each(minimumVersions)('of $package is at least $minimum', (rule) => {
    const copies = locked.filter(({ name }) => name === rule.package);
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(({ version }) => isRefused(rule, version))).toEqual([]);
    expect(rule.reason).not.toBe('');
  });

  it('of ts-mls is the one in which a removed device learns nothing, and no other', () => {
    const copies = locked.filter(({ name }) => name === 'ts-mls');
    expect(copies.map(({ version }) => version)).toEqual(['1.6.4']);
    const rule = minimumVersions.find((minimum) => minimum.package === 'ts-mls');
    const verdicts = ['1.6.1', '1.6.2', '1.6.3', '1.6.4', '2.0.0-rc.10'].filter(
      (version) => rule === undefined || isRefused(rule, version),
    );
    expect(verdicts).toEqual(['1.6.1', '1.6.2', '1.6.3', '2.0.0-rc.10']);
  });

  it('are compared as numbers', () => {
    expect(compareVersions('4.2.10', '4.2.7')).toBeGreaterThan(0);
    expect(compareVersions('4.2.7', '4.2.7')).toBe(0);
    expect(compareVersions('4.2.7-beta.1', '4.2.7')).toBeLessThan(0);
    expect(compareVersions('18.4.0-beta.17', '18.3.9')).toBeGreaterThan(0);
  });
});

describe('the lock file', () => {
  it('holds a SHA-512 of every package', () => {
    expect(locked.length).toBeGreaterThan(800);
    expect(locked.filter(({ integrity }) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
  });

  it('takes every package from a registry over https: no Git, no file, no plain http', () => {
    const elsewhere = locked.filter(
      ({ resolved }) => resolved !== undefined && !resolved.startsWith('https://'),
    );
    const byAddress = [...locked, ...manifests]
      .flatMap(({ dependencies }) => Object.values(dependencies ?? {}))
      .filter((range) => /^(?:git|github|https?|file|link)\b|:\/\//u.test(range));
    expect([...elsewhere, ...byAddress]).toEqual([]);
    expect(readText('.npmrc')).not.toMatch(/registry\s*=\s*http:/u);
  });

  it('lets exactly the listed packages run a script at installation', () => {
    const here = locked.filter(
      ({ hasInstallScript, os, cpu }) =>
        hasInstallScript === true &&
        (os?.includes('linux') ?? true) &&
        (cpu?.includes('x64') ?? true),
    );
    const allowed = Object.entries(manifests[0]?.allowScripts ?? {});
    expect(allowed.filter(([, runs]) => !runs)).toEqual([]);
    expect(allowed.map(([name]) => name).toSorted()).toEqual(
      here.map(({ name }) => name).toSorted(),
    );
  });
});

it('a production install has less than half of the packages', () => {
  expect(shipped.length).toBeGreaterThan(100);
  expect(shipped.length).toBeLessThan(locked.length / 2);
});
