import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { openRootKey } from '@enlace/client';
import { readRecoveryCode } from '@enlace/e2ee';
import { parseId, type PersonId } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import { cryptoReady } from '@enlace/trust';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Questions } from '../command-line/questions.js';
import { loadVaultKeys } from '../home/kept-vault.js';
import { addRecoveryCodes, prepareVault } from './recovery-code.js';

const personId = parseId<PersonId>('6f1c2c1e-0d4b-4c55-9a7e-2f0e4c1d9b3a');
const CODE = /(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}/u;

let folder: string;
let store: MemoryStore;
let input: PassThrough;
let said: string;
beforeAll(cryptoReady);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-recovery-'));
  store = new MemoryStore();
  input = new PassThrough();
  said = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Somebody at a terminal who answers each question as `answer` says; `null` closes it. */
async function prepare(
  answer: (code: string, times: number) => string | null,
  options: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const errors = new PassThrough();
  let asked = 0;
  errors.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (!chunk.toString().startsWith('Type it')) return;
    asked += 1;
    const line = answer(CODE.exec(said)?.[0] ?? '', asked);
    if (line === null) input.end();
    else input.write(`${line}\n`);
  });
  const terminal = { input, output: new PassThrough(), errors, environment: {} };
  const invocation = {
    options,
    argument: '',
    more: [],
    language: 'en',
    json: true,
    terminal,
  } as const;
  const questions = new Questions(terminal);
  try {
    const passphrase = 'seis palabras que nadie sabe';
    await prepareVault(invocation, questions, { store, personId, passphrase });
  } finally {
    questions.close();
  }
}

const opensBy = async (code: string): Promise<boolean> => {
  const keys = await loadVaultKeys(store);
  if (keys === null) return false;
  const secret = { kind: 'recovery', code: readRecoveryCode(code).secret } as const;
  return Buffer.from(openRootKey(keys.wraps, secret, personId)).equals(keys.rootKey);
};

describe('the recovery code', () => {
  it('is shown once, and the vault is kept when it was typed back from the paper', async () => {
    await prepare((code) => code.toLowerCase().replaceAll('-', ' '));
    const [code = ''] = CODE.exec(said) ?? [];
    expect(said.split(code)).toHaveLength(2);
    expect(await opensBy(code)).toBe(true);
    const before = await loadVaultKeys(store);
    await prepare(() => null);
    expect(await loadVaultKeys(store)).toEqual(before);
  });

  it('may be mistyped: the group of the mistake is named', async () => {
    await prepare((code, times) => {
      const wrong = code.startsWith('0') ? '2' : '0';
      return times === 1 ? `${wrong}${code.slice(1)}` : code;
    });
    expect(said).toContain('There is a mistake in group 1.');
    expect(await loadVaultKeys(store)).not.toBeNull();
  });

  it('that nobody confirms opens nothing: neither a closed terminal nor five wrong ones keep a vault', async () => {
    const unconfirmed = expect.objectContaining({ code: 'recovery.unconfirmed' });
    await expect(prepare(() => null)).rejects.toEqual(unconfirmed);
    input = new PassThrough();
    await expect(prepare(() => 'something else')).rejects.toEqual(unconfirmed);
    expect(await loadVaultKeys(store)).toBeNull();
  });

  it('has others beside it where the State asks for more ways, each of which opens the same vault', async () => {
    const path = join(folder, 'code');
    const options = new Map([['recovery-out', path]]);
    await prepare(() => null, options);
    const before = await loadVaultKeys(store);
    if (before === null) throw new Error('no vault');
    const terminal = {
      input,
      output: new PassThrough(),
      errors: new PassThrough(),
      environment: {},
    };
    const invocation = {
      options,
      argument: '',
      more: [],
      language: 'en',
      json: true,
      terminal,
    } as const;
    const questions = new Questions(terminal);
    const more = { store, personId, keys: before, missing: 2 };
    await addRecoveryCodes(invocation, questions, more).finally(() => questions.close());
    expect((await loadVaultKeys(store))?.wraps).toHaveLength(4);
    expect((await loadVaultKeys(store))?.rootKey).toEqual(before.rootKey);
    for (const suffix of ['', '.2', '.3']) {
      const code = readFileSync(`${path}${suffix}`, 'utf8').trim();
      expect(await opensBy(code)).toBe(true);
    }
  });

  it('goes into a new file of the owner alone where a script asks for it', async () => {
    const path = join(folder, 'code');
    await prepare(() => null, new Map([['recovery-out', path]]));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await opensBy(readFileSync(path, 'utf8').trim())).toBe(true);
    expect(said).toBe('');
  });
});
