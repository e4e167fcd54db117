import { describe, expect, it } from '@jest/globals';

import { parseBase64Url } from '@enlace/kernel';
import { Region, testId, testPublicKey } from '@enlace/testing';
import { keyFingerprint, verifyDevice } from '@enlace/trust';

import { ownChainInWords } from './own-chain-in-words.js';

const fingerprintOf = (name: string) => keyFingerprint(parseBase64Url(testPublicKey(name)));

describe('who vouches', () => {
  it('is told by the keys that signed, not by those that the registrars have since', async () => {
    const region = await Region.complete('CR');
    const signed = ['registrar:CR:1', 'registrar:CR:2'].map(fingerprintOf);
    const shown = () => {
      const deviceId = testId('device:cr-rosa', 7);
      const device = verifyDevice(region.directory, deviceId, { nowMs: region.nowMs });
      return ownChainInWords(region.directory, device, new Map());
    };
    expect(shown().registrars.map(({ fingerprint }) => fingerprint)).toEqual(signed);
    const registrarId = testId('registrar:CR:1', 4);
    const next = { type: 'registrar-cert', state: 'CR', registrarId } as const;
    const key = testPublicKey('registrar:CR:1:next');
    region.add({ ...next, key, ...region.term(365) }, ['root:CR']);
    region.witness();
    expect(shown().registrars.map(({ fingerprint }) => fingerprint)).toEqual(signed);
    expect(shown().root).toBe(fingerprintOf('root:CR'));
  });
});
