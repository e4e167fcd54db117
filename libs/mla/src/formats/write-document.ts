import { utf8 } from '@enlace/kernel';

import type { FormalDocument } from '../document/render.js';
import { papersOf } from './paper.js';

export const DOCUMENT_FORMATS = ['docx', 'pdf', 'json'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

export interface WriteOptions {
  readonly format: Exclude<DocumentFormat, 'pdf'>;
  /** Whether the request may not be sent as it is: every page says so. */
  readonly isDraft: boolean;
}

export interface WrittenDocument {
  readonly main: Uint8Array;
  /** Annex 7 as a file of its own; null when no person is sealed. */
  readonly sealed: Uint8Array | null;
}

/**
 * The formal document as files. The same document gives the same bytes. What writes a format is loaded on demand, so
 * that a web client fetches it with the first export and not when it starts.
 */
export async function writeDocument(
  document: FormalDocument,
  { format, isDraft }: WriteOptions,
): Promise<WrittenDocument> {
  const { main, sealed } = papersOf(document, isDraft);
  if (format === 'json') return jsonOf(document, main.stamp);
  const { writeDocx } = await import('./docx.js');
  return { main: writeDocx(main), sealed: sealed && writeDocx(sealed) };
}

function jsonOf(document: FormalDocument, stamp: string | null): WrittenDocument {
  const { sealed, sections, annexes, ...shared } = document;
  const print = (content: object) =>
    utf8(
      `${JSON.stringify({ format: 'enlace-formal-document/1', stamp, ...shared, ...content }, null, 2)}\n`,
    );
  return { main: print({ sections, annexes }), sealed: sealed && print({ annexes: [sealed] }) };
}
