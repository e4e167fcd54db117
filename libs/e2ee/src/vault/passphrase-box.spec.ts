import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { PASSPHRASE_COST_MINIMUM } from '@enlace/contracts';
import { parseHex, systemRandom, toHex, utf8 } from '@enlace/kernel';

import { cryptoReady } from '../sodium.js';
import { openWithPassphrase, sealWithPassphrase } from './passphrase-box.js';

beforeAll(cryptoReady);

const context = utf8('a key file of CR');
const options = { context, cost: PASSPHRASE_COST_MINIMUM, random: systemRandom };
const content = utf8('thirty-two bytes that stay at home');

describe('a box under a passphrase', () => {
  it('opens with its passphrase and its context alone, however the passphrase is composed', () => {
    const sealed = sealWithPassphrase(content, 'seis palabras con a\u0301', options);
    expect(openWithPassphrase(sealed, 'seis palabras con \u00E1', context)).toEqual(content);
    const refusal = expect.objectContaining({ code: 'vault.not-opened' });
    expect(() => openWithPassphrase(sealed, 'seis palabras con a', context)).toThrow(refusal);
    expect(() => openWithPassphrase(sealed, 'seis palabras con \u00E1', utf8('of PA'))).toThrow(
      refusal,
    );
  });

  it('is never the same twice', () => {
    const twice = [1, 2].map(() => toHex(sealWithPassphrase(content, 'one and the same', options)));
    expect(twice[0]).not.toBe(twice[1]);
  });

  it('refuses every changed byte, and every shortened box', () => {
    const sealed = sealWithPassphrase(content, 'one and the same', options);
    for (const at of [0, 1, 7, 8, 12, 16, 48, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 0x81;
      expect(() => openWithPassphrase(changed, 'one and the same', context)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^vault\./) }),
      );
    }
    for (const length of [0, 71, 87]) {
      expect(() => openWithPassphrase(sealed.subarray(0, length), 'x', context)).toThrow(
        expect.objectContaining({ code: 'vault.malformed' }),
      );
    }
  });

  it('refuses a cost out of bounds on both sides', () => {
    const cost = { memoryKiB: 64 * 1024, passes: 2 };
    const refusal = expect.objectContaining({ code: 'vault.malformed' });
    expect(() => sealWithPassphrase(content, 'x', { ...options, cost })).toThrow(refusal);
    const sealed = sealWithPassphrase(content, 'x', options);
    new DataView(sealed.buffer).setUint32(8, 2 * 1024 * 1024);
    expect(() => openWithPassphrase(sealed, 'x', context)).toThrow(refusal);
  });

  it('has a form for ever', () => {
    const vector = JSON.parse(
      readFileSync(new URL('../../vectors/passphrase-box.json', import.meta.url), 'utf8'),
    ) as Record<'passphrase' | 'context' | 'content' | 'sealed', string>;
    const opened = openWithPassphrase(
      parseHex(vector.sealed),
      vector.passphrase,
      utf8(vector.context),
    );
    expect(toHex(opened)).toBe(vector.content);
    const counting = { bytes: (n: number) => Uint8Array.from({ length: n }, (_, at) => at) };
    const sealed = sealWithPassphrase(opened, vector.passphrase, {
      context: utf8(vector.context),
      cost: PASSPHRASE_COST_MINIMUM,
      random: counting,
    });
    expect(toHex(sealed)).toBe(vector.sealed);
  });
});
