import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { readConfig } from './config.js';

const URL_TEXT = `postgres://enl_app:${'0123456789abcdef'.repeat(2)}@db.example.org/enlace`;

describe('a secret in a file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'enlace-secret-'));
    file = join(folder, 'database_url');
    writeFileSync(file, `${URL_TEXT}\n`);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('counts as the setting itself', () => {
    const env = {
      DATABASE_URL_FILE: file,
      DATABASE_SEQUENCER_URL_FILE: file,
      DATABASE_AUDITOR_URL_FILE: file,
      DATABASE_DELIVERY_URL_FILE: file,
    };
    expect(readConfig(env, [])).toMatchObject({ databaseUrl: URL_TEXT, sequencerUrl: URL_TEXT });
  });

  it('is refused beside the setting itself', () => {
    const env = { DATABASE_URL_FILE: file, DATABASE_URL: URL_TEXT };
    expect(() => readConfig(env, [])).toThrow('DATABASE_URL_FILE: set beside DATABASE_URL');
  });

  it('is refused when the file is missing or empty, rather than falling back to another database', () => {
    const missing = { DATABASE_URL_FILE: join(folder, 'other') };
    expect(() => readConfig(missing, [])).toThrow('cannot be read (ENOENT)');
    writeFileSync(file, '\n');
    expect(() => readConfig({ DATABASE_URL_FILE: file }, [])).toThrow('the file is empty');
  });

  it('is judged like the setting, and not shown', () => {
    writeFileSync(file, ['mysql', '//someone:hunter2@db/enlace'].join(':'));
    const read = () => readConfig({ DATABASE_URL_FILE: file }, []);
    expect(read).toThrow('DATABASE_URL: not a URL of its kind');
    expect(read).not.toThrow('hunter2');
  });
});
