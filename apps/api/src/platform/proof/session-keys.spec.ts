import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

import { SESSION_KEYS_LIMIT, SessionKeys } from './session-keys.js';

async function aKey(): Promise<{ readonly jwk: JWK; readonly keyThumbprint: string }> {
  const { publicKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { jwk, keyThumbprint: await calculateJwkThumbprint(jwk) };
}

describe('keys of sessions', () => {
  it('are read once', async () => {
    const keys = new SessionKeys();
    const { jwk, keyThumbprint } = await aKey();
    const first = await keys.find(jwk, { alg: 'Ed25519', keyThumbprint });
    expect(first).not.toBeNull();
    expect(await keys.find({ ...jwk }, { alg: 'Ed25519', keyThumbprint })).toBe(first);
  });

  it.each(['before it is known', 'once it is known'])(
    'are no others than the thumbprint says, %s',
    async (when) => {
      const keys = new SessionKeys();
      const [own, foreign] = [await aKey(), await aKey()];
      const { keyThumbprint } = own;
      if (when === 'once it is known') await keys.find(own.jwk, { alg: 'Ed25519', keyThumbprint });
      expect(await keys.find(foreign.jwk, { alg: 'Ed25519', keyThumbprint })).toBeNull();
      // One member of another type, which would read the same if it were joined.
      const x: unknown = [own.jwk.x];
      const odd: JWK = Object.assign({}, own.jwk, { x });
      const asked = keys.find(odd, { alg: 'Ed25519', keyThumbprint });
      expect(await asked.catch(() => null)).toBeNull();
    },
  );

  it('are forgotten, the oldest first, beyond the limit', async () => {
    const keys = new SessionKeys(2);
    const three = [await aKey(), await aKey(), await aKey()];
    const found = [];
    for (const { jwk, keyThumbprint } of [...three, ...three.slice(0, 1)]) {
      found.push(await keys.find(jwk, { alg: 'Ed25519', keyThumbprint }));
    }
    expect(found[3]).not.toBe(found[0]);
    expect(SESSION_KEYS_LIMIT).toBe(4_096);
  });
});
