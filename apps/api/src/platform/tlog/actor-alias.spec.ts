import { createHmac } from 'node:crypto';

import { newRandomId, systemRandom, type PersonId } from '@enlace/kernel';
import { describe, expect, it } from '@jest/globals';

import { aliasOf } from './actor-alias.js';

describe('the alias of a person', () => {
  it('is ten letters of the base32 of an HMAC, the same each time and with one key only', () => {
    const personId = newRandomId<PersonId>(systemRandom);
    const [key, otherKey] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const mac = createHmac('sha256', key).update(personId).digest();
    const number = mac.readBigUInt64BE() >> 14n;
    const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
    const expected = Array.from({ length: 10 }, (_, at) =>
      alphabet.charAt(Number((number >> BigInt(45 - 5 * at)) & 31n)),
    ).join('');
    expect(aliasOf(key, personId)).toBe(expected);
    expect(aliasOf(otherKey, personId)).not.toBe(expected);
  });
});
