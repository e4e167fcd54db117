import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '@enlace/kernel';
import { Region } from '@enlace/testing';

import { StartupRefusal } from '../platform/config/startup-refusal.js';
import { loadTrustStore, TRUST_STORE_FILE } from './trust-store-file.js';

const at = { host: '127.0.0.1', port: 3_000, publicOrigin: null, trustFile: null };
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
    expect((await loadTrustStore({ ...at, dataDir: nowhere })).trustStore).toBeNull();
  });

  it('is the one that is named, before the one in the data folder', async () => {
    await written(TRUST_STORE_FILE, text);
    const found = await loadTrustStore({ ...at, dataDir });
    expect(found.trustStore?.roots.map(({ state }) => state)).toEqual(['CR']);
    const { trustStoreText } = await Region.founded(['CR', 'PA']);
    const trustFile = await written('other.json', trustStoreText);
    const named = await loadTrustStore({ ...at, dataDir, trustFile });
    expect(named.trustStore?.roots).toHaveLength(2);
  });

  it('refuses the start when it is named and absent, or does not hold', async () => {
    const absent = loadTrustStore({
      ...at,
      dataDir,
      trustFile: join(dataDir, 'absent.json'),
    });
    await expect(absent).rejects.toBeInstanceOf(StartupRefusal);
    const spaced = await written('spaced.json', ` ${text}`);
    await expect(loadTrustStore({ ...at, dataDir, trustFile: spaced })).rejects.toMatchObject({
      reasons: ['--trust: the trust store does not hold (not-canonical)'],
    });
  });

  it('of a demo serves the one origin that the demo was made for', async () => {
    const demo = canonicalJson({ ...JSON.parse(text), deployment: 'localhost:3000' });
    const trustFile = await written('demo.json', demo);
    const load = async (where: object) =>
      (await loadTrustStore({ ...at, dataDir, trustFile, ...where })).trustStore;
    expect(await load({})).toMatchObject({ deployment: 'localhost:3000' });
    expect(await load({ port: 0 })).not.toBeNull();
    expect(await load({ publicOrigin: 'http://localhost:3000', port: 80 })).not.toBeNull();
    const elsewhere = [
      { port: 3_001 },
      { publicOrigin: 'https://enlace.example.org' },
      { publicOrigin: 'http://localhost:3001' },
      { host: '0.0.0.0', port: 0 },
    ];
    for (const where of elsewhere) await expect(load(where)).rejects.toThrow(StartupRefusal);
  });
});
