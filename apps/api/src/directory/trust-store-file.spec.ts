import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Region } from '@enlace/testing';

import { StartupRefusal } from '../platform/config/startup-refusal.js';
import { loadTrustStore, TRUST_STORE_FILE } from './trust-store-file.js';

let dataDir = '';
let text = '';
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'enlace-roots-'));
  ({ trustStoreText: text } = await Region.founded(['CR']));
});
afterAll(async () => rm(dataDir, { recursive: true, force: true }));

async function written(name: string, content: string): Promise<string> {
  const file = join(dataDir, name);
  await writeFile(file, content);
  return file;
}

describe('the file of the roots of trust', () => {
  it('is not there on a fresh installation', async () => {
    const nowhere = join(dataDir, 'nowhere');
    expect(await loadTrustStore({ dataDir: nowhere, trustFile: null })).toBeNull();
  });

  it('is the one that is named, before the one in the data folder', async () => {
    await written(TRUST_STORE_FILE, text);
    const found = await loadTrustStore({ dataDir, trustFile: null });
    expect(found?.roots.map(({ state }) => state)).toEqual(['CR']);
    const { trustStoreText } = await Region.founded(['CR', 'PA']);
    const trustFile = await written('other.json', trustStoreText);
    const named = await loadTrustStore({ dataDir, trustFile });
    expect(named?.roots).toHaveLength(2);
  });

  it('refuses the start when it is named and absent, or does not hold', async () => {
    const absent = loadTrustStore({ dataDir, trustFile: join(dataDir, 'absent.json') });
    await expect(absent).rejects.toBeInstanceOf(StartupRefusal);
    const spaced = await written('spaced.json', ` ${text}`);
    await expect(loadTrustStore({ dataDir, trustFile: spaced })).rejects.toMatchObject({
      reasons: ['--trust: the trust store does not hold (not-canonical)'],
    });
  });
});
