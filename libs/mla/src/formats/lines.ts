import type { Weight } from './pdf-fonts.js';

/** Lines of a text that are no wider than `width`: broken between words, and inside one that is wider by itself. */
export function linesOf(
  text: string,
  weight: Weight,
  { size, width }: { size: number; width: number },
): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(/ +/u)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (weight.widthOf(longer, size) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      const pieces = piecesOf(word, (piece) => weight.widthOf(piece, size) <= width);
      lines.push(...pieces.slice(0, -1));
      line = pieces.at(-1) ?? '';
    }
    return [...lines, line];
  });
}

/** A word in pieces that fit; one letter always does, or nothing ever would. */
function piecesOf(word: string, fits: (piece: string) => boolean): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const letter of word) {
    if (piece !== '' && !fits(piece + letter)) {
      pieces.push(piece);
      piece = '';
    }
    piece += letter;
  }
  return [...pieces, piece];
}
