import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readText, ROOT } from '../house.js';

const ROW = /^\| (?<id>[TD]\d{1,2}) +\| [^|]+ \| (?<tests>[^|]+) \|$/gmu;
const PROPERTIES = { T: 21, D: 28 } as const;

interface Row {
  readonly id: string;
  readonly tests: readonly string[];
}

const rows: readonly Row[] = [...readText('apps/docs/threat-model.md').matchAll(ROW)].map(
  ({ groups }) => ({
    id: groups?.['id'] ?? '',
    tests: [...(groups?.['tests'] ?? '').matchAll(/`([^`]+)`/gu)].map(([, path = '']) => path),
  }),
);

describe('the properties of the threat model', () => {
  it('are listed from the first to the last', () => {
    const all = [
      ...Array.from({ length: PROPERTIES.T }, (_, at) => `T${at + 1}`),
      ...Array.from({ length: PROPERTIES.D }, (_, at) => `D${String(at + 1).padStart(2, '0')}`),
    ];
    expect(rows.map(({ id }) => id)).toEqual(all);
  });

  it('are attacked each by a test that is there and says so', () => {
    const unmet = rows.flatMap(({ id, tests }) => {
      const named = new RegExp(`\\b${id}\\b`, 'u');
      const absent = tests.filter(
        (path) => !existsSync(join(ROOT, path)) || !named.test(readText(path)),
      );
      return tests.length === 0 ? [id] : absent.map((path) => `${id}: ${path}`);
    });
    expect(unmet).toEqual([]);
  });
});
