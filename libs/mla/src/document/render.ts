import { labelOf, type Language } from '../catalogue/labels.js';
import type { Annex, MlaRequest } from '../request/model.js';
import { WORDS, Writer, type Block, type NamedAuthority } from './blocks.js';
import { ASSISTANCE_SECTIONS } from './assistance-sections.js';
import { CASE_SECTIONS, codeOf, displayOf, identityOf } from './case-sections.js';
import { redactor, type Redact } from './redaction.js';

export interface Section {
  readonly number: number;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The formal document without format; writers of DOCX and PDF take it from here. */
export interface FormalDocument {
  readonly language: Language;
  readonly title: string;
  /** What the requesting authority calls the request. */
  readonly reference: string | null;
  readonly footer: string;
  /** Numbers 0 to 19, always all of them: a section without content says that it does not apply. */
  readonly sections: readonly Section[];
  /** Annexes 1 to 8 but the seventh, which is a document of its own. */
  readonly annexes: readonly Section[];
  /** Annex 7, a separate file: who the persons are whose name is not disclosed in full. Null when there are none. */
  readonly sealed: Section | null;
}

/** Number of the annex of sealed identities, and of the index. */
const SEALED_ANNEX = 7;
const INDEX_ANNEX = 8;

/** Which annexes of the request belong to which numbered annex of the document. */
const KINDS: Readonly<Record<number, readonly Annex['kind'][]>> = {
  1: ['offence-text'],
  2: ['order', 'confiscation-order'],
  3: ['question-list'],
  4: ['certificate-form'],
  5: ['document-to-serve'],
  6: ['consent'],
};

/**
 * The formal request in one language. Holds nothing of the pre-check, of opinions, of handling codes or of informal
 * contacts with providers, and no name of a sealed person, wherever it was typed. `authorities` are those of the packs:
 * an authority that is not among them stands under its code.
 */
export function render(
  request: MlaRequest,
  language: Language,
  authorities: readonly NamedAuthority[] = [],
): FormalDocument {
  const write = new Writer(language, authorities);
  const redact = sealedNames(request);
  const sections = [...CASE_SECTIONS, ...ASSISTANCE_SECTIONS].map((section, number) => ({
    number,
    title: WORDS.sections[number]?.[language] ?? '',
    blocks: section(request, write),
  }));
  return {
    language,
    title: WORDS.title[language],
    reference: request.id === undefined ? null : redact(request.id),
    footer: WORDS.footer[language],
    sections: sections.map((section) => complete(section, language, redact)),
    annexes: annexesOf(request, write).map((annex) => complete(annex, language, redact)),
    sealed: sealedOf(request, write),
  };
}

function complete(section: Section, language: Language, redact: Redact): Section {
  const blocks: Block[] =
    section.blocks.length > 0
      ? section.blocks.map((block) => ({ ...block, text: redact(block.text) }))
      : [{ kind: 'paragraph', text: WORDS.notApplicable[language] }];
  return { ...section, blocks };
}

function sealedNames({ persons = [] }: MlaRequest): Redact {
  return redactor(
    persons.map((person, index) => ({
      person,
      instead: isSealed(person) ? displayOf(person, index) : null,
    })),
  );
}

function isSealed({ nameDisclosed = 'full' }: { nameDisclosed?: string | undefined }): boolean {
  return nameDisclosed !== 'full';
}

function annexesOf({ annexes = [] }: MlaRequest, write: Writer): Section[] {
  const titled = WORDS.annexes.map((title, index) => ({
    number: index + 1,
    title: title[write.language],
  }));
  return titled
    .filter(({ number }) => number !== SEALED_ANNEX)
    .map(({ number, title }) => {
      const listed =
        number === INDEX_ANNEX
          ? annexes
          : annexes.filter(({ kind }) => kind !== undefined && KINDS[number]?.includes(kind));
      const isIndex = number === INDEX_ANNEX;
      return { number, title, blocks: listed.flatMap((annex) => entryOf(annex, isIndex, write)) };
    });
}

/** The index alone prints the hash. */
function entryOf(annex: Annex, isIndex: boolean, write: Writer): Block[] {
  const kind =
    annex.kind === undefined ? undefined : labelOf('annexKinds', annex.kind)[write.language];
  const pages = annex.pages === undefined ? undefined : `${annex.pages} p.`;
  return [
    ...write.heading(annex.id, kind, annex.title),
    ...write.field('language', annex.language, annex.translatedTo, pages),
    ...(isIndex ? write.field('sha256', annex.sha256 ?? WORDS.hashPending[write.language]) : []),
  ];
}

function sealedOf({ persons = [] }: MlaRequest, write: Writer): Section | null {
  const blocks = persons.flatMap((person, index) =>
    isSealed(person)
      ? [...write.heading(codeOf(index), displayOf(person, index)), ...identityOf(person, write)]
      : [],
  );
  const title = WORDS.sealedTitle[write.language];
  return blocks.length > 0 ? { number: SEALED_ANNEX, title, blocks } : null;
}
