import { expect, it } from '@jest/globals';

import * as door from './index.js';

it('the kernel exports exactly this', () => {
  expect(Object.keys(door).toSorted()).toEqual([
    'ByteReader',
    'DomainError',
    'JSON_DEPTH_LIMIT',
    'MalformedInput',
    'UnencodableValue',
    'canonicalJson',
    'concatBytes',
    'equalBytes',
    'formatIdBytes',
    'formatInstant',
    'groupDigits',
    'idBytes',
    'isDomainError',
    'isJsonObject',
    'newId',
    'newRandomId',
    'parseBase64',
    'parseBase64Url',
    'parseCrockford',
    'parseHex',
    'parseId',
    'parseStrictJson',
    'parseUtf8',
    'readCrockfordDigits',
    'sha256',
    'systemClock',
    'systemRandom',
    'toBase64',
    'toBase64Url',
    'toCrockford',
    'toHex',
    'u32be',
    'u64be',
    'utf8',
  ]);
});
