import { describe, expect, it } from '@jest/globals';

import { isShipped, nodesOf, parse } from '../code/static-rule.js';
import { filesBelow, readJson, readText } from '../house.js';
import { primitiveOf } from './crypto-uses.js';

interface Inventory {
  readonly primitives: readonly {
    readonly primitive: string;
    readonly algorithm: string;
    readonly purpose: string;
    readonly agility: string;
    readonly postQuantum: string;
    readonly files: readonly string[];
  }[];
}

const { primitives } = readJson<Inventory>('apps/docs/security/crypto-inventory.json');
const listed = primitives.map(({ primitive, files }) => ({ primitive, files }));

function primitivesIn(path: string, text: string): readonly string[] {
  return nodesOf(parse(path, text)).flatMap((node) => primitiveOf(node) ?? []);
}

function usesOfHouse(): readonly { primitive: string; files: readonly string[] }[] {
  const files = ['apps', 'libs']
    .flatMap(filesBelow)
    .filter((path) => !path.startsWith('libs/testing/'))
    .filter((path) => /\.(?:tsx?|mjs)$/u.test(path) && !path.endsWith('.d.ts') && isShipped(path));
  const uses = new Map<string, Set<string>>();
  for (const path of files) {
    for (const primitive of primitivesIn(path, readText(path))) {
      uses.set(primitive, (uses.get(primitive) ?? new Set()).add(path));
    }
  }
  return [...uses]
    .map(([primitive, paths]) => ({ primitive, files: [...paths].toSorted() }))
    .toSorted((left, right) => (left.primitive < right.primitive ? -1 : 1));
}

describe('the inventory of cryptography', () => {
  it('lists every primitive in use, and the files that use it', () => {
    expect(listed).toEqual(usesOfHouse());
    expect(listed.length).toBeGreaterThan(5);
  });

  it('says of each what it is, what it is for, how it is replaced and what a quantum computer does to it', () => {
    const silent = primitives.filter((entry) =>
      [entry.algorithm, entry.purpose, entry.agility, entry.postQuantum].some(
        (text) => text.length < 3,
      ),
    );
    expect(silent).toEqual([]);
  });

  it.each([
    ["createHash('md5').update(a);", 'node:crypto createHash md5'],
    ["crypto.subtle.sign('HMAC', key, data);", 'webcrypto sign HMAC'],
    ['sodium.crypto_secretbox_easy(a, b, c);', 'libsodium crypto_secretbox_easy'],
    ["import { scryptSync } from 'node:crypto';", 'node:crypto scryptSync'],
    ["import { jwtVerify } from 'jose';", 'package jose'],
    ["const auth = '--auth=scram-sha-256';", 'postgresql scram-sha-256'],
    ["query('select sha256(token) from sessions');", 'postgresql sha256'],
    ['await navigator.credentials.get(options);', 'webauthn'],
  ])('would find %s', (text, primitive) => {
    expect(primitivesIn('libs/e2ee/src/planted.ts', text)).toContain(primitive);
  });

  it('leaves constants and types out', () => {
    const text =
      "import type { Hash } from 'node:crypto'; const n = sodium.crypto_pwhash_SALTBYTES;";
    expect(primitivesIn('libs/e2ee/src/planted.ts', text)).toEqual([]);
  });
});
