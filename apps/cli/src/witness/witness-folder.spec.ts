import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { utf8 } from '@enlace/kernel';
import { aNoteSigner } from '@enlace/testing';
import { emptyRoot, formatCheckpoint, signNote } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';

import { createWitnessFolder, readHeldLogs, writeHeldLogs } from './witness-folder.js';
import { Witness } from './witness.js';

const NAME = 'witness.example.cr/enlace';
const LOG = aNoteSigner('audit.example.test/2027', { seedByte: 11 });
const OTHER = aNoteSigner('audit.example.test/2027', { seedByte: 12 });

let parent: string;
let folder: string;
beforeEach(async () => {
  await cryptoReady();
  parent = mkdtempSync(join(tmpdir(), 'enlace-witness-'));
  folder = join(parent, 'w');
  createWitnessFolder(folder, NAME);
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const held = (signer = LOG) => {
  const { key } = LOG;
  const text = formatCheckpoint({ origin: key.name, size: 0, root: emptyRoot() });
  return new Map([[key.name, { key, note: signNote(text, signer), isSplit: false }]]);
};
const state = () => join(folder, 'witness.json');
const malformed = (rule: string) =>
  expect.objectContaining({ code: 'input.malformed', facts: expect.objectContaining({ rule }) });

describe('the folder of a witness', () => {
  it('gives back what was cosigned', () => {
    writeHeldLogs(folder, held());
    expect(readHeldLogs(folder)).toEqual(held());
  });

  it('without its state is a fault, and no witness that starts from nothing', () => {
    writeHeldLogs(folder, held());
    rmSync(state());
    expect(() => readHeldLogs(folder)).toThrow(malformed('missing'));
    const say = () => undefined;
    expect(() => Witness.obtain(folder, NAME, say)).toThrow(malformed('missing'));
    expect(existsSync(state())).toBe(false);
  });

  it('without its key is not made anew over what it has cosigned', () => {
    writeHeldLogs(folder, held());
    const before = readFileSync(state(), 'utf8');
    rmSync(join(folder, 'witness.key'));
    const say = () => undefined;
    expect(() => Witness.obtain(folder, NAME, say)).toThrow(
      expect.objectContaining({ code: 'file.exists' }),
    );
    expect(readFileSync(state(), 'utf8')).toBe(before);
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -20)],
    ['is empty', () => ''],
    ['holds another form', () => '{"logs":[{}],"v":1}\n'],
    ['holds a note that its log has not signed', () => signedByOther()],
  ])('whose state %s is refused', (_, change) => {
    writeHeldLogs(folder, held());
    writeFileSync(state(), utf8(change(readFileSync(state(), 'utf8'))));
    expect(() => readHeldLogs(folder)).toThrow(
      expect.objectContaining({ code: 'input.malformed' }),
    );
  });
});

function signedByOther(): string {
  writeHeldLogs(folder, held(OTHER));
  return readFileSync(state(), 'utf8');
}
