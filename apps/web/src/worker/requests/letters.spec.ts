import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { sha256, toHex } from '@enlace/kernel';

import { readBuilt } from '../server-files.js';
import { LETTERS } from './letters.js';

const { resolve } = createRequire(import.meta.url);
const FILES = {
  regular: '400Regular/NotoSans_400Regular.ttf',
  bold: '700Bold/NotoSans_700Bold.ttf',
} as const;
const WEIGHTS = ['regular', 'bold'] as const;
const PATH = '/assets/letters.ttf';

const inPackage = (weight: 'regular' | 'bold') =>
  new Uint8Array(readFileSync(resolve(`@expo-google-fonts/noto-sans/${FILES[weight]}`)));

function serve(bytes: Uint8Array<ArrayBuffer>): void {
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(bytes));
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the letters of a PDF', () => {
  it.each(WEIGHTS)('are those of the package, as the command line prints them: %s', (weight) => {
    const bytes = inPackage(weight);
    expect(LETTERS[weight]).toEqual({ size: bytes.length, sha256: toHex(sha256(bytes)) });
  });

  it('are read as they were built', async () => {
    serve(inPackage('regular'));
    expect(await readBuilt(PATH, LETTERS.regular)).toEqual(inPackage('regular'));
  });

  it('are refused when one of them was drawn anew', async () => {
    const other = inPackage('regular');
    other[100_000] = (other[100_000] ?? 0) ^ 1;
    serve(other);
    await expect(readBuilt(PATH, LETTERS.regular)).rejects.toMatchObject({
      code: 'client.unreachable',
    });
  });

  it('are refused when there are more of them', async () => {
    serve(new Uint8Array([...inPackage('bold'), 0]));
    await expect(readBuilt(PATH, LETTERS.bold)).rejects.toMatchObject({
      code: 'client.unreachable',
    });
  });
});
