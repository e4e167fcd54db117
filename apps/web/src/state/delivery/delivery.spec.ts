import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { canonicalJson, utf8, type JsonObject } from '@enlace/kernel';

import { readDelivery, type ReadFile } from './delivery.js';

const DEPLOYMENT = { v: 1, name: 'Enlace', apiOrigin: null, rpId: null };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function aManifest(overrides: JsonObject = {}): JsonObject {
  const deployment = utf8(canonicalJson(DEPLOYMENT));
  return {
    v: 1,
    version: '0.1.0',
    commit: null,
    node: '24.21.0',
    files: [{ path: '/deployment.json', size: deployment.length, sha256: sha256(deployment) }],
    ...overrides,
  };
}

function serving(manifest: string, deployment = canonicalJson(DEPLOYMENT)): ReadFile {
  return async (path) => utf8(path === '/web-manifest.json' ? manifest : deployment);
}

describe('the delivery', () => {
  it('is named by the hash of the bytes of its manifest', async () => {
    const manifest = canonicalJson(aManifest());
    const delivery = await readDelivery(serving(manifest));
    expect(delivery.manifestHash).toBe(sha256(utf8(manifest)));
    expect(delivery.releaseId).toBe(`0.1.0+${delivery.manifestHash.slice(0, 12)}`);
    expect(delivery.fileCount).toBe(1);
    expect(delivery.deployment).toEqual({
      name: 'Enlace',
      apiOrigin: null,
      rpId: null,
    });
  });

  it('is refused when the settings are not those that the manifest names', async () => {
    const other = canonicalJson({ ...DEPLOYMENT, apiOrigin: 'https://elsewhere.example' });
    await expect(readDelivery(serving(canonicalJson(aManifest()), other))).rejects.toMatchObject({
      code: 'client.delivery-mismatch',
    });
  });

  it('is refused when the manifest does not name the settings at all', async () => {
    const manifest = canonicalJson(aManifest({ files: [] }));
    await expect(readDelivery(serving(manifest))).rejects.toMatchObject({
      code: 'client.delivery-mismatch',
    });
  });

  it.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['another format', canonicalJson(aManifest({ v: 2 }))],
    ['a commit of another type', canonicalJson(aManifest({ commit: 7 }))],
    ['no files', canonicalJson(aManifest({ files: 'none' }))],
    ['a member twice', '{"v":1,"v":1}'],
  ])('is malformed with a manifest of %s', async (_case, manifest) => {
    await expect(readDelivery(serving(manifest))).rejects.toMatchObject({
      code: 'client.delivery-malformed',
    });
  });

  it('is malformed when settings that the manifest names lack a member', async () => {
    const settings = utf8('{"v":1}');
    const files = [{ path: '/deployment.json', size: settings.length, sha256: sha256(settings) }];
    const manifest = canonicalJson(aManifest({ files }));
    await expect(readDelivery(serving(manifest, '{"v":1}'))).rejects.toMatchObject({
      code: 'client.delivery-malformed',
    });
  });
});
