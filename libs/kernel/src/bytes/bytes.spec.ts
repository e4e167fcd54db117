import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { parseBase64, parseBase64Url, toBase64, toBase64Url } from './base64.js';
import { concatBytes, equalBytes, parseHex, parseUtf8, toHex, u64be, utf8 } from './bytes.js';

describe('bytes', () => {
  it('reads the vectors of RFC 4648, section 10', () => {
    const pairs = [
      ['', ''],
      ['f', 'Zg=='],
      ['fo', 'Zm8='],
      ['foo', 'Zm9v'],
      ['foob', 'Zm9vYg=='],
      ['fooba', 'Zm9vYmE='],
      ['foobar', 'Zm9vYmFy'],
    ] as const;
    for (const [text, encoded] of pairs) {
      expect(toBase64(utf8(text))).toBe(encoded);
      expect(parseUtf8(parseBase64(encoded))).toBe(text);
    }
  });

  it('comes back from every encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(equalBytes(parseBase64(toBase64(bytes)), bytes)).toBe(true);
        expect(equalBytes(parseBase64Url(toBase64Url(bytes)), bytes)).toBe(true);
        expect(equalBytes(parseHex(toHex(bytes)), bytes)).toBe(true);
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      }),
    );
  });

  it.each(['Zg', 'Zg=', 'Zh==', 'Zg==\n', ' Zg==', 'Z', 'Zm9v=', '====', 'Zm-v'])(
    'refuses the base64 spelling %j',
    (text) => {
      expect(() => parseBase64(text)).toThrow('base64');
    },
  );

  it.each(['Zg==', 'Zh', 'Z', 'Zm+v', 'Zm9v\n'])('refuses the base64url spelling %j', (text) => {
    expect(() => parseBase64Url(text)).toThrow('base64');
  });

  it.each(['0', 'AB', 'zz', '0x'])('refuses the hexadecimal spelling %j', (text) => {
    expect(() => parseHex(text)).toThrow('hexadecimal');
  });

  it('keeps a byte order mark and refuses broken UTF-8', () => {
    expect(parseUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
    expect(() => parseUtf8(Uint8Array.of(0xc3))).toThrow('UTF-8');
  });

  it('tells equal from different', () => {
    expect(equalBytes(utf8('abc'), utf8('abc'))).toBe(true);
    expect(equalBytes(utf8('abc'), utf8('abd'))).toBe(false);
    expect(equalBytes(utf8('abc'), utf8('ab'))).toBe(false);
    expect(concatBytes(utf8('a'), utf8(''), utf8('bc'))).toEqual(utf8('abc'));
  });

  it('writes 64-bit numbers big-endian and refuses what is no safe integer', () => {
    expect(toHex(u64be(2 ** 32 + 5))).toBe('0000000100000005');
    for (const value of [-1, 1.5, 2 ** 53]) expect(() => u64be(value)).toThrow(RangeError);
  });
});
