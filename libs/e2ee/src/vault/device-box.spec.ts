import { beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom, utf8 } from '@enlace/kernel';

import { cryptoReady, sodium } from '../sodium.js';
import { openFromDevice, sealForDevice } from './device-box.js';

const content = utf8('{"rootKey":"…"}');
let kemSeed: Uint8Array;
let kemKey: Uint8Array;
let transcript: Uint8Array;
beforeAll(async () => {
  await cryptoReady();
  kemSeed = systemRandom.bytes(32);
  kemKey = sodium.crypto_kem_xwing_seed_keypair(kemSeed).publicKey;
  transcript = systemRandom.bytes(32);
});

const seal = () => sealForDevice(content, { kemKey, transcript }, systemRandom);
const code = (name: string) => expect.objectContaining({ code: name });

describe('a box from one device to another', () => {
  it('is opened by the key that it is for, after the same words, and by nothing else', () => {
    const box = seal();
    expect(openFromDevice(box, { kemSeed, transcript })).toEqual(Uint8Array.from(content));
    const others = [
      { kemSeed: systemRandom.bytes(32), transcript },
      { kemSeed, transcript: systemRandom.bytes(32) },
    ];
    for (const other of others) {
      expect(() => openFromDevice(box, other)).toThrow(code('vault.not-opened'));
    }
  });

  it('is another one each time', () => {
    expect(seal()).not.toEqual(seal());
  });

  it('is refused with any byte changed, cut or added', () => {
    const box = seal();
    // Every byte of the head, and one in each part behind it.
    for (const at of [0, 1, 7, 8, 700, 1_127, 1_128, 1_151, 1_152, box.length - 1]) {
      const changed = Uint8Array.from(box);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const expected = at < 8 ? 'vault.malformed' : 'vault.not-opened';
      expect(() => openFromDevice(changed, { kemSeed, transcript })).toThrow(code(expected));
    }
    const short = box.subarray(0, 1_167);
    expect(() => openFromDevice(short, { kemSeed, transcript })).toThrow(code('vault.malformed'));
    const longer = Uint8Array.from([...box, 0]);
    expect(() => openFromDevice(longer, { kemSeed, transcript })).toThrow(code('vault.not-opened'));
  });

  it('is bound to words of 32 bytes', () => {
    const cut = transcript.subarray(1);
    expect(() => sealForDevice(content, { kemKey, transcript: cut }, systemRandom)).toThrow(
      RangeError,
    );
  });
});
