import { describe, expect, it } from '@jest/globals';

import { ByteReader } from './byte-reader.js';
import { concatBytes, u32be, u64be } from './bytes.js';
import { idBytes, parseId } from '../ids.js';

const id = parseId('01900000-0000-7000-8000-000000000001');
const layout = concatBytes(
  Uint8Array.of(7, 1, 2),
  u32be(0xfffffffe),
  u64be(Number.MAX_SAFE_INTEGER),
  idBytes(id),
  u32be(2),
  Uint8Array.of(8, 9),
  new Uint8Array(3),
);

function read(bytes: Uint8Array) {
  const reader = new ByteReader(bytes);
  const fields = [reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.id()];
  const variable = reader.variable(2);
  reader.zeros(3);
  reader.end();
  return { fields, variable: [...variable] };
}

describe('a reader of bytes', () => {
  it('reads what was laid out, in its order', () => {
    expect(read(layout)).toEqual({
      fields: [7, 0x0102, 0xfffffffe, Number.MAX_SAFE_INTEGER, id],
      variable: [8, 9],
    });
  });

  it('refuses what ends too early, wherever, and what goes on', () => {
    for (let length = 0; length < layout.length; length += 1) {
      expect(() => read(layout.subarray(0, length))).toThrow('it ends too early');
    }
    expect(() => read(concatBytes(layout, Uint8Array.of(0)))).toThrow('bytes follow its end');
  });

  it('refuses numbers that JavaScript would round, ids that are none, and reserved bytes that are not zero', () => {
    expect(() => new ByteReader(Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 0)).u64()).toThrow('2^53');
    expect(() => new ByteReader(new Uint8Array(16)).id()).toThrow('not a UUID');
    expect(() => new ByteReader(Uint8Array.of(0, 1)).zeros(2)).toThrow('not zero');
  });

  it('refuses a length beyond the limit before it looks for the bytes', () => {
    expect(() => new ByteReader(u32be(0xffffffff)).variable(10)).toThrow('too long');
    expect(() => new ByteReader(u32be(10)).variable(10)).toThrow('too early');
  });

  it('throws the error of its format', () => {
    class Planted extends Error {}
    expect(() => new ByteReader(new Uint8Array(), Planted).u8()).toThrow(Planted);
  });
});

it.each([-1, 1.5, 2 ** 32, Number.NaN])('%s is no number of 32 bits', (value) => {
  expect(() => u32be(value)).toThrow(RangeError);
});
