import type { FormalDocument } from '../document/render.js';
import { papersOf } from './paper.js';
import type { Typeface } from './pdf-fonts.js';
import type { WriteOptions, WrittenDocument } from './write-document.js';

/**
 * The formal document as PDF, as `writeDocument` the others. It stands alone because what writes a PDF is larger than
 * all the rest: a client that does not print carries none of it.
 */
export async function printDocument(
  document: FormalDocument,
  { isDraft, typeface }: Pick<WriteOptions, 'isDraft'> & { readonly typeface: Typeface },
): Promise<WrittenDocument> {
  const { main, sealed } = papersOf(document, isDraft);
  const { writePdf } = await import('./pdf.js');
  return {
    main: await writePdf(main, typeface),
    sealed: sealed && (await writePdf(sealed, typeface)),
  };
}
