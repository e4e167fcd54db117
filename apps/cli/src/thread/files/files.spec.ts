import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { utf8 } from '@enlace/kernel';

import { DiskSpool } from './disk-spool.js';
import { fileToSend } from './file-to-send.js';
import { SavedFile, savePlace } from './save-target.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const exists = expect.objectContaining({ code: 'file.exists' });

describe('the place where a file is saved', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\system32', 'system32'],
    ['/absolute', 'absolute'],
    ['..', 'adjunto'],
    ['.bashrc', 'bashrc'],
    ['CON.txt', '_CON.txt'],
    ['acta\u202Efdp.exe', 'actafdp.exe'],
    ['a\u0000b\u001B[31m\n.pdf', 'ab[31m.pdf'],
    ['', 'adjunto'],
  ])('takes what a member called %j inside its folder', (name, safe) => {
    expect(savePlace(folder, name, false).path).toBe(join(folder, safe));
  });

  it('is never one that is taken, unless it may be replaced, and never a folder', () => {
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'mine');
    expect(() => savePlace(folder, 'a.txt', false)).toThrow(exists);
    expect(() => savePlace(path, 'b.txt', false)).toThrow(exists);
    expect(savePlace(path, 'b.txt', true).path).toBe(path);
    mkdirSync(join(folder, 'sub'));
    expect(() => savePlace(folder, 'sub', true)).toThrow(exists);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    expect(() => savePlace(join(folder, 'link'), 'c', false)).toThrow(exists);
  });
});

describe('a file that is saved', () => {
  const path = (): string => join(folder, 'a.txt');
  const saved = (isReplacing = false): SavedFile => new SavedFile({ path: path(), isReplacing });

  it('has its name when it is whole, and is for its owner alone', async () => {
    const target = saved();
    await target.sink(utf8('whole'));
    expect(existsSync(path())).toBe(false);
    await target.finish();
    expect(readFileSync(path(), 'utf8')).toBe('whole');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('may be empty', async () => {
    await saved().finish();
    expect(readFileSync(path(), 'utf8')).toBe('');
  });

  it('leaves nothing when it is given up, nor when its name was taken meanwhile', async () => {
    const lost = saved();
    await lost.sink(utf8('half'));
    await lost.abandon();
    await saved().abandon();
    expect(readdirSync(folder)).toEqual([]);
    const late = saved();
    await late.sink(utf8('late'));
    writeFileSync(path(), 'mine');
    await expect(late.finish()).rejects.toThrow(exists);
    expect(readdirSync(folder)).toEqual(['a.txt']);
    expect(readFileSync(path(), 'utf8')).toBe('mine');
  });

  it('writes through no link, in its place or beside it', async () => {
    const [victim, beside] = [join(folder, 'victim'), join(folder, 'other')];
    writeFileSync(victim, 'victim');
    writeFileSync(beside, 'other');
    symlinkSync(victim, path());
    symlinkSync(beside, `${path()}.unfinished`);
    const target = saved(true);
    await target.sink(utf8('whole'));
    await target.finish();
    expect([victim, beside, path()].map((name) => readFileSync(name, 'utf8'))).toEqual([
      'victim',
      'other',
      'whole',
    ]);
    expect(statSync(path(), { bigint: false }).isFile()).toBe(true);
  });
});

describe('the spool of a home', () => {
  it('keeps what is appended, for its owner alone', async () => {
    const spool = new DiskSpool(join(folder, 'files'));
    expect(await spool.names()).toEqual([]);
    expect(await spool.length('up-1')).toBe(0);
    await spool.remove('up-1');
    await spool.append('up-1', utf8('hola '));
    await spool.append('up-1', utf8('mundo'));
    await spool.sync('up-1');
    expect(await spool.names()).toEqual(['up-1']);
    expect(await spool.length('up-1')).toBe(10);
    expect(Buffer.from(await spool.read('up-1', { from: 3, to: 7 })).toString()).toBe('a mu');
    const path = join(folder, 'files', 'up-1');
    expect([path, join(folder, 'files')].map((name) => statSync(name).mode & 0o077)).toEqual([
      0, 0,
    ]);
    await spool.remove('up-1');
    expect(await spool.names()).toEqual([]);
  });
});

describe('a file to send', () => {
  it('is read as it is, and is another one when it has changed', async () => {
    const path = join(folder, 'Acta.PDF');
    writeFileSync(path, 'uno');
    const file = fileToSend(path);
    expect(file).toMatchObject({ name: 'Acta.PDF', mediaType: 'application/pdf', size: 3 });
    const parts: Uint8Array[] = [];
    for await (const part of file.read()) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('uno');
    expect(fileToSend(path).mark).toBe(file.mark);
    writeFileSync(path, 'otro');
    expect(fileToSend(path).mark).not.toBe(file.mark);
  });

  it('is no folder, no device, and has to be there', () => {
    const malformed = expect.objectContaining({ code: 'input.malformed' });
    for (const path of [folder, '/dev/zero']) expect(() => fileToSend(path)).toThrow(malformed);
    expect(() => fileToSend(join(folder, 'none'))).toThrow(/ENOENT/u);
  });
});
