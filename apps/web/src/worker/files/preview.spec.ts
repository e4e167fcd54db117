import { concatBytes, utf8 } from '@enlace/kernel';
import { describe, expect, it } from '@jest/globals';

import { imageType, plainText, previewOf } from './preview.js';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
const WEBP = concatBytes(utf8('RIFF'), new Uint8Array(4), utf8('WEBPVP8 '));
const owned = (bytes: Uint8Array) => new Uint8Array(bytes);
const kindOf = (bytes: Uint8Array) => previewOf([owned(bytes)])?.kind ?? null;

describe('what of a file is shown beside its entry', () => {
  it('is an image by its own first bytes', () => {
    expect(imageType(PNG)).toBe('image/png');
    expect(imageType(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
    expect(imageType(WEBP)).toBe('image/webp');
    expect(imageType(PNG.subarray(0, 7))).toBeNull();
    expect(imageType(concatBytes(utf8('RIFX'), new Uint8Array(4), utf8('WEBP')))).toBeNull();
    expect(imageType(utf8('GIF89a'))).toBeNull();
  });

  it('has the type that was recognised, in whatever parts it came', async () => {
    const shown = previewOf([owned(PNG.subarray(0, 3)), owned(PNG.subarray(3))]);
    expect(shown).toMatchObject({ kind: 'image', image: { type: 'image/png', size: PNG.length } });
  });

  it('is text that a person wrote', () => {
    expect(plainText(utf8('Acta n.º 7\r\n\tfolio 2'))).toBe('Acta n.º 7\r\n\tfolio 2');
    expect(kindOf(utf8('camión, placa ABC-123'))).toBe('text');
  });

  it.each([
    ['HTML', utf8('  <!doctype html><script>alert(1)</script>')],
    ['SVG', utf8('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['XML after a mark of order', utf8('\ufeff<?xml version="1.0"?>')],
    ['PDF', utf8('%PDF-1.7 1 0 obj')],
    ['RTF', utf8('{\\rtf1\\ansi}')],
    ['an office file', concatBytes(utf8('PK'), new Uint8Array([3, 4, 0, 0]))],
    ['a program', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1])],
    ['escapes of a terminal', utf8('\u001b[31mred')],
    ['another encoding', new Uint8Array([0x61, 0xf1, 0x6f])],
    ['nothing', new Uint8Array(0)],
  ])('is never %s', (_what, bytes) => {
    expect(kindOf(bytes)).toBeNull();
  });

  it('is no text that is too long to be read here', () => {
    expect(kindOf(new Uint8Array(1024 * 1024).fill(0x61))).toBe('text');
    expect(kindOf(new Uint8Array(1024 * 1024 + 1).fill(0x61))).toBeNull();
  });
});
