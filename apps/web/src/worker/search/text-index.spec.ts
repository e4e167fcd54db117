import { describe, expect, it } from '@jest/globals';

import { excerptOf, TextIndex, wordsOf } from './text-index.js';

const TEXTS = [
  'Inspección del camión en Peñas Blancas.',
  'INSPECCION del bus; placa SJB-0456.',
  'Nada que declarar.',
  '',
];

/** The texts that a person finds who types this. */
function found(typed: string): readonly number[] | null {
  const places = new TextIndex(TEXTS).find(wordsOf(typed));
  return places === null ? null : [...places].toSorted((a, b) => a - b);
}

describe('an index of texts', () => {
  it('finds by the beginning of a word, with or without accents and capitals', () => {
    expect(found('inspeccion')).toEqual([0, 1]);
    expect(found('INSPECCIÓN')).toEqual([0, 1]);
    expect(found('insp')).toEqual([0, 1]);
    expect(found('penas')).toEqual([0]);
    expect(found('Pen\u0303as')).toEqual([0]);
    expect(found('peccion')).toEqual([]);
  });

  it('asks for every word that is typed', () => {
    expect(found('inspeccion bus')).toEqual([1]);
    expect(found('inspeccion nada')).toEqual([]);
    expect(found('0456 sjb')).toEqual([1]);
  });

  it('narrows nothing where no word is typed', () => {
    expect(found(' … ¿? ')).toBeNull();
    expect(new TextIndex([]).find(['a'])).toEqual(new Set());
  });
});

describe('an excerpt', () => {
  it('has what was found as it was written, in its place', () => {
    const text = 'Inspección del camión en Peñas Blancas.';
    expect(excerptOf(text, ['penas'])).toEqual({
      before: 'Inspección del camión en ',
      hit: 'Peñas',
      after: ' Blancas.',
    });
  });

  it('is cut between words where a text is long', () => {
    const words = Array.from({ length: 200 }, (_, at) => `palabra${at}`);
    const { before, hit, after } = excerptOf(words.join(' '), ['palabra100']);
    expect(hit).toBe('palabra100');
    expect(before).toBe(`… ${words.slice(88, 100).join(' ')} `);
    expect(after).toBe(` ${words.slice(101, 125).join(' ')} …`);
  });

  it('is the beginning where another part of the entry was found', () => {
    expect(excerptOf('Va el acta.', ['acta.pdf'])).toEqual({
      before: '',
      hit: '',
      after: 'Va el acta.',
    });
    expect(excerptOf('', ['acta'])).toEqual({ before: '', hit: '', after: '' });
  });
});
