import * as fontkit from '@cantoo/fontkit';
import type { PDFDocument, PDFFont } from '@cantoo/pdf-lib';

import { numbered } from './printable.js';

/** The bytes of a typeface (TrueType) in two weights; the caller reads or fetches them. */
export interface Typeface {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

/** Letters that stand one after the other, as they are. Other scripts join, stack or turn round, and are not drawn. */
const SIMPLE =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]/u;

/** Glyphs by their letters alone: what is drawn is as wide as its letters, and is found again as they are. */
const FEATURES = { liga: false, clig: false, calt: false, ccmp: false, kern: false };

/** A weight of the typeface, and how wide each letter of it is. */
export class Weight {
  readonly #widths = new Map<string, number>();
  readonly #drawn: ReadonlySet<number>;

  constructor(readonly font: PDFFont) {
    this.#drawn = new Set(font.getCharacterSet());
  }

  static async of(document: PDFDocument, bytes: Uint8Array): Promise<Weight> {
    document.registerFontkit(fontkit);
    return new Weight(await document.embedFont(bytes, { subset: true, features: FEATURES }));
  }

  /** The text with the number of each letter that this typeface has not: nothing is lost without a mark. */
  drawable(text: string): string {
    return Array.from(text.normalize('NFC'), (letter) =>
      letter === '\n' || this.#isDrawn(letter) ? letter : numbered(letter),
    ).join('');
  }

  /** In points, at a size in points. */
  widthOf(text: string, size: number): number {
    let width = 0;
    for (const letter of text) width += this.#widthOfOne(letter);
    return width * size;
  }

  #widthOfOne(letter: string): number {
    const known = this.#widths.get(letter);
    if (known !== undefined) return known;
    const width = this.font.widthOfTextAtSize(letter, 1);
    this.#widths.set(letter, width);
    return width;
  }

  #isDrawn(letter: string): boolean {
    return SIMPLE.test(letter) && this.#drawn.has(letter.codePointAt(0) ?? 0);
  }
}
