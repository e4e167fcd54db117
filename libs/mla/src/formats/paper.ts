import type { Language } from '../catalogue/labels.js';
import { WORDS, type Block } from '../document/blocks.js';
import type { FormalDocument, Section } from '../document/render.js';
import { printable } from './printable.js';

/** On every page of what is not ready to be sent, in both languages: whoever gets a page of it can read one. */
const DRAFT_STAMP = 'BORRADOR / DRAFT';

export interface Part {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** What a writer of a format prints: titles, blocks, and what stands on every page. Every text in it is printable. */
export interface Paper {
  readonly language: Language;
  readonly title: string;
  /** Reference of the request, on every page, so that a page that got lost is known. */
  readonly reference: string;
  readonly footer: string;
  /** The words around the numbers of a page and of the last one. */
  readonly pageWords: { readonly page: string; readonly of: string };
  readonly stamp: string | null;
  readonly parts: readonly Part[];
}

export interface Papers {
  readonly main: Paper;
  /** Annex 7, a file of its own; null when no person is sealed. */
  readonly sealed: Paper | null;
}

/** The papers of a formal document; those of a draft bear a stamp on every page. */
export function papersOf(document: FormalDocument, isDraft: boolean): Papers {
  const { language, title, footer, sections, annexes, sealed } = document;
  const shared = {
    language,
    reference: printable(document.reference ?? WORDS.noReference[language]),
    footer,
    pageWords: { page: WORDS.page[language], of: WORDS.of[language] },
    stamp: isDraft ? DRAFT_STAMP : null,
  };
  // The cover has the title of the paper, and no number.
  const numbered = sections.map((section) =>
    partOf(section, section.number === 0 ? '' : `${section.number}. `),
  );
  const annexed = annexes.map((annex) => partOf(annex, annexWord(annex, language)));
  const opened = sealed === null ? null : partOf(sealed, annexWord(sealed, language));
  return {
    main: { ...shared, title, parts: [...numbered, ...annexed] },
    sealed: opened && { ...shared, title: opened.title, parts: [{ ...opened, title: '' }] },
  };
}

function annexWord({ number }: Section, language: Language): string {
  return `${WORDS.annex[language]} ${number}. `;
}

function partOf({ title, blocks }: Section, before: string): Part {
  return { title: `${before}${title}`, blocks: blocks.map(printableBlock) };
}

function printableBlock(block: Block): Block {
  const text = printable(block.text);
  return block.kind === 'field'
    ? { ...block, label: printable(block.label), text }
    : { ...block, text };
}
