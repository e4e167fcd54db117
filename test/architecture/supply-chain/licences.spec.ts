import { describe, expect, it } from '@jest/globals';

import { readJson } from '../house.js';
import { isInstalled, locked, type LockedPackage } from './lock-file.js';

interface Licences {
  readonly allowed: readonly string[];
  readonly allowedForDevelopment: readonly string[];
  readonly exceptions: readonly {
    readonly package: string;
    readonly licence: string;
    readonly shipped: boolean;
    readonly reason: string;
  }[];
}

const policy = readJson<Licences>('apps/docs/security/licences.json');

/** What the package says of itself: the SPDX expression, or the old list of licences. */
function declaredLicence(entry: LockedPackage): string {
  if (!isInstalled(entry)) return entry.license ?? 'none';
  const { license, licenses } = readJson<{
    license?: string | { type: string };
    licenses?: readonly { type: string }[];
  }>(`${entry.path}/package.json`);
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' AND ') ?? 'none';
}

/** Whether an SPDX expression of ANDs, ORs and parentheses is met by the allowed licences. */
function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/gu) ?? [];
  let at = 0;
  const term = (): boolean => {
    const token = tokens[at];
    at += 1;
    if (token !== '(') return allowed.has(token ?? '');
    const inside = either();
    at += 1;
    return inside;
  };
  const both = (): boolean => {
    let met = term();
    while (tokens[at] === 'AND') {
      at += 1;
      met = term() && met;
    }
    return met;
  };
  const either = (): boolean => {
    let met = both();
    while (tokens[at] === 'OR') {
      at += 1;
      met = both() || met;
    }
    return met;
  };
  const met = either();
  return met && at === tokens.length;
}

const forProduction = new Set(policy.allowed);
const forDevelopment = new Set([...policy.allowed, ...policy.allowedForDevelopment]);
const licensed = locked.map((entry) => ({ entry, licence: declaredLicence(entry) }));

function exceptionFor({ entry, licence }: (typeof licensed)[number]) {
  return policy.exceptions.find(
    (exception) =>
      exception.package === entry.name &&
      exception.licence === licence &&
      (exception.shipped || entry.dev === true),
  );
}

describe('the licences', () => {
  it('of everything we ship and build with are on the list, or reviewed one by one', () => {
    const unknown = licensed.filter(
      (item) =>
        !isAllowed(item.licence, item.entry.dev === true ? forDevelopment : forProduction) &&
        exceptionFor(item) === undefined,
    );
    expect(unknown.map(({ entry, licence }) => `${entry.name}: ${licence}`)).toEqual([]);
    expect(licensed.filter(({ entry }) => isInstalled(entry)).length).toBeGreaterThan(500);
  });

  it('are the same in the lock file and in the package', () => {
    const changed = licensed.filter(
      ({ entry, licence }) => entry.license !== undefined && entry.license !== licence,
    );
    expect(changed.map(({ entry, licence }) => `${entry.name}: ${licence}`)).toEqual([]);
  });

  it('have no exception that nothing needs', () => {
    const used = new Set(licensed.map(exceptionFor));
    const idle = policy.exceptions.filter((exception) => !used.has(exception));
    expect(idle.map(({ package: name }) => name)).toEqual([]);
    expect(policy.exceptions.filter(({ reason }) => reason.length < 10)).toEqual([]);
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND Zlib', true],
    ['MIT AND (GPL-3.0-only OR Apache-2.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['AGPL-3.0-only', false],
    ['MPL-2.0', false],
    ['UNLICENSED', false],
    ['none', false],
    ['', false],
    ['MIT GPL-3.0-only', false],
  ])('read %j as allowed in production: %j', (expression, verdict) => {
    expect(isAllowed(expression, forProduction)).toBe(verdict);
  });
});
