import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ROOT } from '../house.js';
import { locked } from './lock-file.js';

interface CycloneDx {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly purl: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  }[];
}

interface Spdx {
  readonly spdxVersion: string;
  readonly packages: readonly {
    readonly externalRefs: readonly { readonly referenceLocator: string }[];
    readonly checksums?: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  }[];
}

const hexOf = (integrity = ''): string =>
  Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');

/** `name@version` of a package URL (pkg:npm/%40scope/name@1.2.3). */
const idOf = (purl: string): string => decodeURIComponent(purl.replace('pkg:npm/', ''));

const expected = new Map(
  locked.map(({ name, version, integrity }) => [`${name}@${version}`, hexOf(integrity)]),
);

describe('the bills of materials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'enlace-sbom-'));
  const read = (format: string): string =>
    readFileSync(join(folder, `sbom.${format}.json`), 'utf8');
  let report = '';

  beforeAll(() => {
    const script = join(ROOT, 'apps/docs/scripts/write-sbom.mjs');
    report = execFileSync(process.execPath, [script, folder], { cwd: ROOT, encoding: 'utf8' });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are written without network, with the hash of each file', () => {
    expect(report).toMatch(
      /^[0-9a-f]{64} {2}.+sbom\.cyclonedx\.json\n[0-9a-f]{64} {2}.+sbom\.spdx\.json\n$/u,
    );
  });

  it('in CycloneDX name exactly the packages of the lock file, with their hashes', () => {
    const bom = JSON.parse(read('cyclonedx')) as CycloneDx;
    expect(bom.bomFormat).toBe('CycloneDX');
    const named = bom.components.map(({ purl, hashes }): [string, string | undefined] => [
      idOf(purl),
      hashes?.find(({ alg }) => alg === 'SHA-512')?.content,
    ]);
    const [written, wanted] = [thirdParty(named), thirdParty([...expected])];
    expect(wanted.filter((line) => !written.includes(line))).toEqual([]);
    expect(written.filter((line) => !wanted.includes(line))).toEqual([]);
  });

  it('in SPDX name exactly the packages of the lock file, with their hashes', () => {
    const bom = JSON.parse(read('spdx')) as Spdx;
    expect(bom.spdxVersion).toMatch(/^SPDX-2\.\d$/u);
    const named = bom.packages.map(({ externalRefs, checksums }): [string, string | undefined] => [
      idOf(externalRefs[0]?.referenceLocator ?? ''),
      checksums?.find(({ algorithm }) => algorithm === 'SHA512')?.checksumValue,
    ]);
    const [written, wanted] = [thirdParty(named), thirdParty([...expected])];
    expect(wanted.filter((line) => !written.includes(line))).toEqual([]);
    expect(written.filter((line) => !wanted.includes(line))).toEqual([]);
  });
});

/** Sorted, once each, without our own workspaces. */
function thirdParty(named: readonly (readonly [string, string | undefined])[]): readonly string[] {
  const lines = named
    .filter(([id]) => !id.startsWith('@enlace/') && !id.startsWith('enlace@'))
    .map(([id, hash]) => `${id} ${hash ?? 'no hash'}`);
  return [...new Set(lines)].toSorted();
}
