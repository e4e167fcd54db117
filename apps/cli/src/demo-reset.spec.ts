import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EXIT } from './exit-codes.js';
import { main } from './main.js';

describe('enlace demo reset', () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'enlace-reset-'));
    folder = join(parent, 'data');
    mkdirSync(join(folder, 'demo'), { recursive: true });
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '18\n');
  });

  afterEach(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  async function reset(args: readonly string[], typed: readonly string[] = []) {
    const output = new PassThrough();
    const errors = new PassThrough();
    const terminal = { input: Readable.from(typed), output, errors, environment: {} };
    const code = await main(['demo', 'reset', '--data', folder, ...args], terminal);
    return { code, output: String(output.read() ?? ''), errors: String(errors.read() ?? '') };
  }

  it.each(['sí\n', 'si\n', ' SÍ \n', 'yes\n'])('deletes the folder after %j', async (answer) => {
    expect((await reset([], [answer])).code).toBe(EXIT.done);
    expect(existsSync(folder)).toBe(false);
  });

  it.each(['no\n', '\n', 'sin duda\n', ''])('deletes nothing after %j', async (answer) => {
    const { code, errors } = await reset([], [answer]);
    expect(code).toBe(EXIT.cannotRun);
    expect(errors).toContain(folder);
    expect(errors).toContain('no se borró nada');
    expect(readdirSync(folder).toSorted()).toEqual(['demo', 'postgres']);
  });

  it('does not ask with --yes, and answers a script in JSON', async () => {
    const { code, output, errors } = await reset(['--yes', '--json']);
    expect(code).toBe(EXIT.done);
    expect(JSON.parse(output)).toEqual({ event: 'deleted', folder });
    expect(errors).toBe('');
    expect(existsSync(folder)).toBe(false);
  });

  it('refuses a folder that does not bear the mark of a demo', async () => {
    rmSync(join(folder, 'demo'), { recursive: true });
    const { code, output } = await reset(['--yes', '--json']);
    expect(code).toBe(EXIT.cannotRun);
    expect(JSON.parse(output)).toMatchObject({ code: 'demo.folder-not-demo' });
    expect(readdirSync(folder)).toEqual(['postgres']);
  });

  it('refuses a folder that is not there', async () => {
    rmSync(folder, { recursive: true });
    const { code, output } = await reset(['--yes', '--json']);
    expect(code).toBe(EXIT.cannotRun);
    expect(JSON.parse(output)).toMatchObject({ code: 'demo.nothing-to-reset' });
  });

  it('refuses a folder whose database is running', async () => {
    writeFileSync(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n/somewhere\n`);
    const { code, output } = await reset(['--yes', '--json']);
    expect(code).toBe(EXIT.cannotRun);
    expect(JSON.parse(output)).toMatchObject({
      code: 'demo.folder-in-use',
      facts: { pid: process.pid },
    });
    expect(readdirSync(folder).toSorted()).toEqual(['demo', 'postgres']);
  });

  it('deletes a folder whose database left its process file behind', async () => {
    // Larger than any process id of Linux (PID_MAX_LIMIT is 2^22).
    writeFileSync(join(folder, 'postgres', 'postmaster.pid'), '99999999\n');
    expect((await reset(['--yes'])).code).toBe(EXIT.done);
    expect(existsSync(folder)).toBe(false);
  });

  it('deletes links and not what they point to', async () => {
    const other = join(parent, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'precious'), '');
    symlinkSync(other, join(folder, 'link'));
    expect((await reset(['--yes'])).code).toBe(EXIT.done);
    expect(readdirSync(other)).toEqual(['precious']);
  });
});
