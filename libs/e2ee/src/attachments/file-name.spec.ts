import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { safeFileName } from './file-name.js';

describe('D15: a name that somebody else gave a file', () => {
  it.each([
    ['declaración jurada.pdf', 'declaración jurada.pdf'],
    ['foto (1).jpeg', 'foto (1).jpeg'],
    ['../../otra/carpeta', 'carpeta'],
    ['..\\..\\sistema\\arranque.ini', 'arranque.ini'],
    ['.ssh/authorized_keys', 'authorized_keys'],
    ['.bashrc', 'bashrc'],
    ['..', 'adjunto'],
    ['', 'adjunto'],
    ['/', 'adjunto'],
    ['\u0000\u0007', 'adjunto'],
    ['acta\u202Efdp.exe', 'actafdp.exe'],
    ['a\u2066b\u2069c\u200F.txt', 'abc.txt'],
    ['.\u200B./secreto', 'secreto'],
    ['linea\nnueva\r.txt', 'lineanueva.txt'],
    ['informe.pdf:oculto.exe', 'informe.pdf_oculto.exe'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['acaba en puntos... ', 'acaba en puntos'],
    ['cafe\u0301.txt', 'café.txt'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('keeps its ending when it is cut, and no half of a character', () => {
    expect(safeFileName(`${'á'.repeat(255)}.pdf`)).toBe(`${'á'.repeat(98)}.pdf`);
    expect(safeFileName('😀'.repeat(100))).toBe('😀'.repeat(50));
    expect(safeFileName(`a.${'b'.repeat(300)}`)).toHaveLength(200);
  });

  it('is none that leaves its folder, hides or deceives, and then stays as it is', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '.',
        '/',
        '\\',
        ' ',
        'a',
        '\u202E',
        '\u0000',
        ':',
        'con',
        '\uD800',
        '😀',
      ),
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 300 })), (name) => {
        const safe = safeFileName(name);
        expect(safe).toMatch(/^[^./\\:\s][^/\\:]*$/u);
        expect(safe).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(200);
        expect(safeFileName(safe)).toBe(safe);
      }),
    );
  });
});
