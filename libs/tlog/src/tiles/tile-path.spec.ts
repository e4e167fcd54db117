import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { refusalOf } from '@enlace/testing';

import { BundleMalformed, SizeOutOfRange, TilePathMalformed } from '../tlog-error.js';
import { formatEntryBundle, parseEntryBundle } from './entry-bundle.js';
import { hasTile, parseTilePath, tilePath, tilesOfSize } from './tile-path.js';

describe('a tile path', () => {
  it('comes back for every address', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 63 }),
        fc.integer({ min: 0, max: 2 ** 45 - 1 }),
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          const hashes = { kind: 'hashes', level, index, width } as const;
          const bundle = { kind: 'entries', index, width } as const;
          expect(parseTilePath(tilePath(hashes))).toEqual(hashes);
          expect(parseTilePath(tilePath(bundle))).toEqual(bundle);
        },
      ),
    );
  });

  it.each([
    '',
    'tile',
    'tile/0/',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000',
    'tile/0/x000/000',
    'tile/0/x001/x000/00',
    'tile/0/001/002',
    'tile/0/000.p/0',
    'tile/0/000.p/05',
    'tile/0/000.p/256',
    'tile/0/000.p/1000',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/000\n',
    'tile/0/٠٠١',
    'tile/Entries/000',
    'tile/entries/000.p/256',
    `tile/0/${'x999/'.repeat(6)}999`,
  ])('is never spelled %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(TilePathMalformed);
  });

  it('is refused by its length before anything reads it', () => {
    expect(() => parseTilePath(`tile/0/${'x001/'.repeat(100_000)}001`)).toThrow(TilePathMalformed);
  });

  it.each([
    { level: 64, index: 0, width: 256 },
    { level: 0.5, index: 0, width: 256 },
    { level: 0, index: -1, width: 256 },
    { level: 0, index: 2 ** 45, width: 256 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
  ])('is not made for %j', (tile) => {
    expect(() => tilePath({ kind: 'hashes', ...tile })).toThrow(TilePathMalformed);
  });

  it('is read back as it was written, or refused with its own error', () => {
    const unit = fc.constantFrom(...Array.from('tile/0123456789xp.entrs\n'));
    fc.assert(
      fc.property(fc.string({ unit }), (path) => {
        const refusal = refusalOf(() => {
          expect(tilePath(parseTilePath(path))).toBe(path);
        });
        expect(['accepted', 'tlog.tile-path']).toContain(refusal);
      }),
    );
  });
});

describe('the tiles of a size', () => {
  it('are those whose hashes the tree has', () => {
    const size = 70_000;
    const level0 = { kind: 'hashes', level: 0 } as const;
    expect(hasTile(size, { ...level0, index: 272, width: 256 })).toBe(true);
    expect(hasTile(size, { ...level0, index: 273, width: 112 })).toBe(true);
    expect(hasTile(size, { ...level0, index: 273, width: 113 })).toBe(false);
    expect(hasTile(size, { ...level0, index: 274, width: 1 })).toBe(false);
    expect(hasTile(size, { ...level0, level: 2, index: 0, width: 1 })).toBe(true);
    expect(hasTile(size, { ...level0, level: 2, index: 0, width: 2 })).toBe(false);
    expect(hasTile(size, { ...level0, level: 3, index: 0, width: 1 })).toBe(false);
    expect(hasTile(size, { kind: 'entries', index: 273, width: 112 })).toBe(true);
    expect(hasTile(0, { ...level0, index: 0, width: 1 })).toBe(false);
  });

  it('are none for nothing, and seven levels for the largest size', () => {
    expect(tilesOfSize(0)).toEqual([]);
    expect(tilesOfSize(Number.MAX_SAFE_INTEGER)).toHaveLength(7);
    expect(() => tilesOfSize(2 ** 53)).toThrow(SizeOutOfRange);
  });
});

describe('an entry bundle', () => {
  it('comes back, and at no other width', () => {
    const entry = fc.uint8Array({ maxLength: 90 });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 256 }), (entries) => {
        const bundle = formatEntryBundle(entries);
        expect(parseEntryBundle(bundle, entries.length)).toEqual(entries);
        for (const width of [entries.length - 1, entries.length + 1]) {
          expect(() => parseEntryBundle(bundle, width)).toThrow(BundleMalformed);
        }
        expect(() => parseEntryBundle(bundle.subarray(0, -1), entries.length)).toThrow(
          BundleMalformed,
        );
        const longer = Uint8Array.from([...bundle, 0]);
        expect(() => parseEntryBundle(longer, entries.length)).toThrow(BundleMalformed);
      }),
    );
  });

  it('is read back as it was written, or refused; no claimed length is believed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ max: 300 }), (bytes, width) => {
        const refusal = refusalOf(() => {
          expect(formatEntryBundle(parseEntryBundle(bytes, width))).toEqual(bytes);
        });
        expect(['accepted', 'tlog.bundle-malformed']).toContain(refusal);
      }),
    );
  });

  it('has 1 to 256 entries of at most 65,535 bytes', () => {
    expect(() => formatEntryBundle([])).toThrow(BundleMalformed);
    expect(() => formatEntryBundle(Array.from({ length: 257 }, () => new Uint8Array()))).toThrow(
      BundleMalformed,
    );
    const largest = [new Uint8Array(65_535)];
    expect(parseEntryBundle(formatEntryBundle(largest), 1)).toEqual(largest);
    expect(() => formatEntryBundle([new Uint8Array(65_536)])).toThrow(BundleMalformed);
  });
});
