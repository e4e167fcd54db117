import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CliError } from '../command-line/cli-error.js';
import { START_REFUSED } from '../exit-codes.js';
import { claimForDemo } from './demo-folder.js';

describe('claimForDemo', () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'enlace-claim-'));
    folder = join(parent, 'deep', 'data');
  });

  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  it('makes a folder that is closed to others and marks it', () => {
    claimForDemo(folder);
    expect(readdirSync(folder)).toEqual(['demo']);
    expect(statSync(folder).mode & 0o077).toBe(process.getuid?.() === 0 ? 0o011 : 0);
    expect(statSync(join(folder, 'demo')).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing behind when the server refused before it wrote anything', () => {
    claimForDemo(folder).withdraw();
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves an empty folder that was there as it was', () => {
    mkdirSync(folder, { recursive: true });
    claimForDemo(folder).withdraw();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the mark on a folder that the server has written to', () => {
    const claim = claimForDemo(folder);
    mkdirSync(join(folder, 'postgres'));
    claim.withdraw();
    expect(readdirSync(folder).toSorted()).toEqual(['demo', 'postgres']);
  });

  it('takes a demo folder again and leaves it whatever happens', () => {
    claimForDemo(folder);
    claimForDemo(folder).withdraw();
    expect(readdirSync(folder)).toEqual(['demo']);
  });

  it('refuses a folder with anything else in it', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'postgres-password'), '');
    const claim = () => claimForDemo(folder);
    expect(claim).toThrow(CliError);
    expect(claim).toThrow(
      expect.objectContaining({ code: 'demo.folder-not-demo', exitCode: START_REFUSED }),
    );
    expect(readdirSync(folder)).toEqual(['postgres-password']);
  });
});
