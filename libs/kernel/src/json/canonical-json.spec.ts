import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalJson, UnencodableValue, type JsonValue } from './canonical-json.js';
import { parseStrictJson } from './strict-json.js';

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code unit and writes no white space', () => {
    // RFC 8785, section 3.2.3, reduced to the members our domain admits
    const value = { '€': 1, '\r': 2, '1': 3, '😀': 4, ö: 5 };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":3,"ö":5,"€":1,"😀":4}');
  });

  it('escapes as ECMAScript does', () => {
    expect(canonicalJson('\u0000\b\n"\\/\u007f')).toBe('"\\u0000\\b\\n\\"\\\\/\u007f"');
  });

  it.each([1.5, 2 ** 53, -0, Number.NaN, Infinity])('refuses the number %p', (value) => {
    expect(() => canonicalJson(value)).toThrow(UnencodableValue);
  });

  it.each(['\ud800', 'e\u0301', '\ufb1d'.normalize('NFC').normalize('NFD') + '\u0301\u0327'])(
    'refuses a string that would not come back as it went (%#)',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(UnencodableValue);
    },
  );

  it('refuses what is not plain data', () => {
    const foreign: unknown[] = [undefined, new Date(0), new Map(), 1n, Symbol('x'), [undefined]];
    for (const value of foreign) {
      expect(() => canonicalJson(value as JsonValue)).toThrow(UnencodableValue);
    }
  });

  it('refuses a cycle instead of hanging', () => {
    const cycle: { self?: JsonValue } = {};
    cycle.self = cycle as JsonValue;
    expect(() => canonicalJson(cycle as JsonValue)).toThrow(UnencodableValue);
  });

  it('is read back by the strict parser to the same text', () => {
    const text = fc.string({ unit: 'grapheme' }).map((raw) => raw.normalize('NFC'));
    const name = text.filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.maxSafeInteger().filter((number) => !Object.is(number, -0)),
        fc.boolean(),
        fc.constant(null),
        text,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (sample) => {
        const encoded = canonicalJson(sample);
        expect(canonicalJson(parseStrictJson(encoded))).toBe(encoded);
      }),
    );
  });
});
