import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isDomainError } from '../domain-error.js';
import { JSON_DEPTH_LIMIT, parseStrictJson } from './strict-json.js';

const codeOf = (text: string): string => {
  try {
    parseStrictJson(text);
    return 'accepted';
  } catch (error) {
    return isDomainError(error) ? error.code : 'another error';
  }
};

describe('the strict parser', () => {
  it('reads what JSON.parse reads, where nothing is ambiguous', () => {
    const text = ' {"a": [1, true, null, "x\\u00e9\\n"], "b": {"a": {}}} ';
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['a duplicate member', '{"a":1,"a":1}'],
    ['a duplicate member in another spelling', '{"a":1,"\\u0061":2}'],
    ['a duplicate member inside an array', '[{"b":{"a":1,"a":2}}]'],
    ['__proto__', '{"__proto__":{"polluted":1}}'],
    ['__proto__ in escapes', '{"\\u005f_proto__":{}}'],
    ['constructor', '{"constructor":{"prototype":{}}}'],
    ['a float', '{"a":1.5}'],
    ['a whole number written beyond 2^53', '{"a":9007199254740993}'],
    ['minus zero', '[-0]'],
    ['an exponent that overflows', '[1e400]'],
    ['a lone surrogate', '["\\ud800"]'],
    ['a string that is not in NFC', '["e\u0301"]'],
    ['a member name that is not in NFC', '{"e\u0301":1}'],
    ['nothing', ''],
    ['a trailing comma', '{"a":1,}'],
    ['text after the value', '{} {}'],
    ['an unfinished string', '{"a'],
    ['an unfinished escape', '"\\'],
    ['closing without opening', ']]'],
  ])('refuses %s', (_what, text) => {
    expect(codeOf(text)).toBe('body.malformed');
  });

  it('counts levels: the limit passes, one more is refused', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(codeOf(nested(JSON_DEPTH_LIMIT))).toBe('accepted');
    expect(codeOf(nested(JSON_DEPTH_LIMIT + 1))).toBe('body.malformed');
    expect(codeOf(nested(1_000_000))).toBe('body.malformed');
  });

  it('never repeats the input in its message', () => {
    expect(() => parseStrictJson('{"secret-canary" oops')).toThrow(/^not valid JSON$/);
  });

  it('throws nothing but body.malformed on any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['accepted', 'body.malformed']).toContain(codeOf(text));
      }),
    );
  });
});
