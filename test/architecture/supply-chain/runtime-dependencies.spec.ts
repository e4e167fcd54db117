import { execFileSync } from 'node:child_process';

import { describe, expect, it } from '@jest/globals';

import { readJson, ROOT } from '../house.js';
import { locked, manifests, shipped, type LockedPackage } from './lock-file.js';

interface Runtime {
  readonly most: { readonly packages: number; readonly cryptoAndSignIn: number };
  readonly dependencies: readonly {
    readonly package: string;
    readonly owner: string;
    readonly path?: 'crypto' | 'sign-in';
    readonly reason: string;
  }[];
}

interface Tree {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, Tree>>;
}

const runtime = readJson<Runtime>('apps/docs/security/runtime-dependencies.json');
const listed = runtime.dependencies.map(({ package: name }) => name);

/** What `npm ls` answers about a production install, as `name@version`, our own workspaces left out. */
function productionTree(): ReadonlySet<string> {
  const npm = process.env['npm_execpath'];
  const args = ['ls', '--omit=dev', '--all', '--json', '--package-lock-only'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const text = execFileSync(program, [...first, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const found = new Set<string>();
  const visit = (tree: Tree): void => {
    for (const [name, child] of Object.entries(tree.dependencies ?? {})) {
      if (!name.startsWith('@enlace/') && child.version !== undefined) {
        found.add(`${name}@${child.version}`);
      }
      visit(child);
    }
  };
  visit(JSON.parse(text) as Tree);
  return found;
}

/** The package and everything it needs, by name. */
function closure(name: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const entries: readonly LockedPackage[] = locked.filter((entry) => entry.name === name);
  for (const entry of entries) {
    for (const needed of Object.keys(entry.dependencies ?? {})) closure(needed, seen);
  }
  return seen;
}

describe('the runtime dependencies', () => {
  it('are listed, each with an owner and a reason, and none is listed in vain', () => {
    const direct = manifests
      .filter(({ name }) => name !== '@enlace/testing')
      .flatMap(({ dependencies }) => Object.keys(dependencies ?? {}))
      .filter((name) => !name.startsWith('@enlace/'));
    expect(listed).toEqual([...new Set(direct)].toSorted());
    const silent = runtime.dependencies.filter(
      ({ owner, reason }) => owner === '' || reason === '',
    );
    expect(silent).toEqual([]);
  });

  it('are what npm would install without the development tools', () => {
    const tree = productionTree();
    const ofLock = new Set(shipped.map(({ name, version }) => `${name}@${version}`));
    expect([...tree].filter((id) => !ofLock.has(id))).toEqual([]);
    expect(listed.filter((name) => ![...tree].some((id) => id.startsWith(`${name}@`)))).toEqual([]);
  });

  it('stay few', () => {
    expect(shipped.length).toBeLessThanOrEqual(runtime.most.packages);
  });

  it('of encryption and sign-in stay so few that they can be read', () => {
    const paths = runtime.dependencies.filter(({ path }) => path !== undefined);
    const needed = new Set(paths.flatMap(({ package: name }) => [...closure(name)]));
    expect(needed).toContain('libsodium-sumo');
    expect(needed.size).toBeLessThanOrEqual(runtime.most.cryptoAndSignIn);
  });
});
