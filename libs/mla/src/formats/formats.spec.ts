import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { unzipSync } from 'fflate';
import { extractText, getDocumentProxy } from 'unpdf';

import { edited, fixturePacks, goodRequest, MLA_TODAY, type Edits } from '@enlace/testing';

import { LANGUAGES, type Language } from '../catalogue/labels.js';
import { check } from '../check/check.js';
import { describe as describeFinding } from '../check/finding.js';
import { render } from '../document/render.js';
import { readRequest } from '../request/parse.js';
import type { Typeface } from './pdf-fonts.js';
import { printDocument } from './print-document.js';
import { writeDocument, type DocumentFormat } from './write-document.js';

const FONTS = new URL('../../../../node_modules/@expo-google-fonts/noto-sans/', import.meta.url);
const STAMP = 'BORRADOR / DRAFT';
const PAPER_FORMATS = ['docx', 'pdf'] as const;

let letters: Typeface;
beforeAll(() => {
  const file = (name: string) => readFileSync(new URL(name, FONTS));
  letters = {
    regular: file('400Regular/NotoSans_400Regular.ttf'),
    bold: file('700Bold/NotoSans_700Bold.ttf'),
  };
});

interface Asked {
  readonly language?: Language;
  readonly isDraft?: boolean;
  readonly edits?: Edits;
}

function documentOf({ language = 'es', edits = {} }: Asked) {
  const parsed = readRequest(edited(goodRequest(), edits));
  if (parsed.kind === 'malformed') throw new Error(JSON.stringify(parsed.problems));
  return render(parsed.request, language, fixturePacks().authorities);
}

function written(format: DocumentFormat, asked: Asked = {}) {
  const { isDraft = false } = asked;
  return format === 'pdf'
    ? printDocument(documentOf(asked), { isDraft, typeface: letters })
    : writeDocument(documentOf(asked), { format, isDraft });
}

/** A part of a DOCX as another program reads it: any fault of the XML is an exception. */
function partOf(docx: Uint8Array, name: string): Element {
  const bytes = unzipSync(docx)[name];
  if (bytes === undefined) throw new Error(`no ${name}`);
  const parser = new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  });
  const root = parser.parseFromString(new TextDecoder().decode(bytes), 'text/xml').documentElement;
  if (root === null) throw new Error(`${name} is empty`);
  return root;
}

/** The text of every paragraph, as it stands in the part. */
function paragraphsOf(docx: Uint8Array, name = 'word/document.xml'): string[] {
  return [...partOf(docx, name).getElementsByTagName('w:p')].map((paragraph) =>
    [...paragraph.getElementsByTagName('w:r')]
      .flatMap((run) => [...run.childNodes])
      .map((node) =>
        node.nodeName === 'w:br'
          ? '\n'
          : node.nodeName === 'w:tab'
            ? '\t'
            : (node.textContent ?? ''),
      )
      .join(''),
  );
}

async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const opened = await getDocumentProxy(new Uint8Array(pdf));
  const { text } = await extractText(opened);
  await opened.loadingTask.destroy();
  return text;
}

/** What stands on every page: each page of a PDF; header and footer of a DOCX whose one pair is for all pages. */
async function framesOf(format: 'docx' | 'pdf', file: Uint8Array): Promise<string[]> {
  if (format === 'pdf') return pagesOf(file);
  const body = partOf(file, 'word/document.xml');
  const kinds = ['w:headerReference', 'w:footerReference', 'w:titlePg'].flatMap((name) =>
    [...body.getElementsByTagName(name)].map((one) => one.getAttribute('w:type') ?? name),
  );
  if (kinds.join() !== 'default,default')
    throw new Error(`some pages have another: ${kinds.join()}`);
  return [
    [...paragraphsOf(file, 'word/header.xml'), ...paragraphsOf(file, 'word/footer.xml')].join(' '),
  ];
}

/** The whole text, without line ends and the spaces around them. */
async function textOf(format: 'docx' | 'pdf', file: Uint8Array): Promise<string> {
  const lines = format === 'docx' ? paragraphsOf(file) : await pagesOf(file);
  return lines.join(' ').replaceAll(/\s+/gu, ' ');
}

/** Whatever a word processor would carry out: fields that are computed, and parts that are no text. */
function commandsOfDocx(docx: Uint8Array): string[] {
  const body = partOf(docx, 'word/document.xml');
  const fields = ['w:fldSimple', 'w:instrText', 'w:hyperlink', 'w:object', 'w:altChunk'];
  return [
    ...fields.flatMap((name) => [...body.getElementsByTagName(name)].map(() => name)),
    ...Object.keys(unzipSync(docx)).filter((name) => !/\.(?:xml|rels)$/u.test(name)),
  ];
}

/** Whatever a reader of PDF would carry out. */
async function commandsOfPdf(pdf: Uint8Array): Promise<unknown[]> {
  const opened = await getDocumentProxy(new Uint8Array(pdf));
  const found: unknown[] = [await opened.getJSActions(), await opened.getOpenAction()];
  for (let page = 1; page <= opened.numPages; page += 1) {
    found.push(...(await (await opened.getPage(page)).getAnnotations()));
  }
  await opened.loadingTask.destroy();
  return found.filter((one) => one !== null);
}

const SEALED: Edits = {
  '/persons/1/nameDisclosed': 'sealed-annex',
  '/persons/1/idDocuments': [{ type: 'pasaporte', number: 'AB-123456', state: 'CR' }],
};

/** Texts that are commands somewhere else. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE requests; --",
  '</w:t></w:r></w:p><w:p><w:r><w:t>forged',
  '<w:fldSimple w:instr=" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/>',
  ']]><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
  '=HYPERLINK("http://evil.example")',
  'javascript:alert(1)',
  ') Tj ET endstream endobj << /JS (app.alert(1)) /S /JavaScript >>',
  '{{constructor.constructor("alert(1)")()}}',
];

describe('the paper of a formal document', () => {
  it.each(
    PAPER_FORMATS.flatMap((format) => LANGUAGES.map((language) => [format, language] as const)),
  )('has every title and every value in order as %s in %s', async (format, language) => {
    const document = documentOf({ language });
    const { main, sealed } = await written(format, { language });
    // The footer of a page stands between two lines of the text.
    const between = new RegExp(
      `${document.footer.replaceAll('.', '\\.')} CR-2026-0147 · \\S+ \\d+ \\S+ \\d+ ?`,
      'gu',
    );
    const text = (await textOf(format, main)).replaceAll(between, '');
    let at = text.indexOf(document.title);
    expect(at).toBeGreaterThanOrEqual(0);
    for (const { title, blocks } of [...document.sections, ...document.annexes]) {
      for (const part of [
        title,
        ...blocks.flatMap((one) => [...('label' in one ? [one.label] : []), one.text]),
      ]) {
        // Where a line breaks inside a long number there is no space in the text.
        const found = text.indexOf(part.replaceAll(/\s+/gu, ' '), at);
        expect([part, found]).not.toEqual([part, -1]);
        at = found;
      }
    }
    expect(sealed).toBeNull();
  });

  it.each(PAPER_FORMATS)('keeps the letters of the region as %s', async (format) => {
    const text = 'ñÑ áéíóúü ÁÉÍÓÚÜ ¿¡ «» “” – — … ° º ª € àâçèêëîïôûœ Łódź Πάτρα Київ';
    const { main } = await written(format, { edits: { '/measures/0/purpose': text } });
    expect(await textOf(format, main)).toContain(text);
  });

  it.each(PAPER_FORMATS)(
    'is stamped on every page of a draft, and on none of a ready one, as %s',
    async (format) => {
      const long = { ...SEALED, '/facts/paragraphs/0/text': 'Ñandú. '.repeat(2000) };
      for (const isDraft of [true, false]) {
        const { main, sealed } = await written(format, { isDraft, edits: long });
        for (const file of [main, sealed ?? new Uint8Array()]) {
          const pages = await framesOf(format, file);
          expect(pages.map((page) => page.includes(STAMP))).toEqual(pages.map(() => isDraft));
        }
      }
    },
  );

  it.each(PAPER_FORMATS)(
    'says on every page that Enlace is not the formal channel, as %s',
    async (format) => {
      const { footer } = documentOf({ language: 'es' });
      const { main } = await written(format);
      const pages = await framesOf(format, main);
      expect(pages.length).toBeGreaterThanOrEqual(format === 'pdf' ? 5 : 1);
      for (const page of pages) expect(page).toContain(footer);
    },
  );

  it.each(PAPER_FORMATS)(
    'holds sealed persons in the sealed annex alone, as %s',
    async (format) => {
      const { main, sealed } = await written(format, { edits: SEALED });
      expect(await textOf(format, main)).not.toMatch(/araya|solano|123456/iu);
      const annex = await textOf(format, sealed ?? new Uint8Array());
      expect(annex).toContain('Anexo 7. Anexo sellado de identidades');
      expect(annex).toContain('Beto Araya Solano');
      expect(annex).toContain('AB-123456');
      expect(annex).not.toContain('Driver D.');
    },
  );

  it.each(PAPER_FORMATS)('holds nothing of the pre-check, as %s', async (format) => {
    const edits = {
      ...SEALED,
      '/use': null,
      '/measures/0/nexus': null,
      '/persons/0/location': null,
    };
    const report = check(edited(goodRequest(), edits), fixturePacks(), MLA_TODAY);
    if (report.verdict === 'malformed') throw new Error('malformed');
    expect(report.findings.length).toBeGreaterThan(2);
    for (const language of LANGUAGES) {
      const { main, sealed } = await written(format, { edits, language, isDraft: true });
      const text = `${await textOf(format, main)} ${await textOf(format, sealed ?? new Uint8Array())}`;
      for (const finding of report.findings) {
        const { message, fix } = describeFinding(finding, language);
        expect(text).not.toContain(message);
        expect(text).not.toContain(fix);
        expect(text).not.toContain(finding.rule);
      }
      for (const { question } of report.unknown) expect(text).not.toContain(question[language]);
    }
  });

  it.each(PAPER_FORMATS)(
    'D15: shows what is a command elsewhere as text, as %s',
    async (format) => {
      const edits = Object.fromEntries(
        HOSTILE.map((text, at) => [`/glossary/${at}`, { term: `T${at}`, meaning: text }]),
      );
      const { main } = await written(format, {
        edits: { '/glossary': [], ...edits, '/id': HOSTILE[0] ?? '' },
      });
      const text = (await textOf(format, main)).replaceAll(' ', '');
      for (const hostile of HOSTILE) expect(text).toContain(hostile.replaceAll(' ', ''));
      expect(await (format === 'docx' ? commandsOfDocx(main) : commandsOfPdf(main))).toEqual([]);
    },
  );

  it.each(PAPER_FORMATS)('writes what cannot be seen as its number, as %s', async (format) => {
    const text =
      'a\u202Egnp.exe\u202C b\u0000c\u0007d \uD800 e\u00ADf\uFEFFg \u{E0041}h\u2066i \uFFFE';
    const { main } = await written(format, { edits: { '/measures/0/purpose': text } });
    expect(await textOf(format, main)).toContain(
      'a[U+202E]gnp.exe[U+202C] b[U+0000]c[U+0007]d [U+D800] efg [U+E0041]h[U+2066]i [U+FFFE]',
    );
  });

  it('prints other scripts in a DOCX, and by their numbers in a PDF, whose typeface has them not', async () => {
    const edits = { '/measures/0/purpose': 'مريم 王芳 हिन्दी' };
    const docx = await written('docx', { edits });
    expect(await textOf('docx', docx.main)).toContain('مريم 王芳 हिन्दी');
    const pdf = await written('pdf', { edits });
    expect(await textOf('pdf', pdf.main)).toContain(
      '[U+0645][U+0631][U+064A][U+0645] [U+738B][U+82B3]',
    );
  });

  it('breaks a value that is longer than a page, and a word that is wider than its column', async () => {
    const edits = {
      '/measures/0/description': Array.from({ length: 1500 }, (_, at) => `palabra${at}`).join(' '),
      '/measures/1/description': 'A'.repeat(700),
    };
    const pages = await pagesOf((await written('pdf', { edits })).main);
    expect(pages.filter((page) => page.includes('palabra')).length).toBeGreaterThan(3);
    const text = pages.join(' ');
    for (let at = 0; at < 1500; at += 1) expect(text).toContain(`palabra${at}`);
    expect(text.replaceAll(/[^A]/gu, '').length).toBeGreaterThanOrEqual(700);
    expect(
      Math.max(
        ...pages
          .join('\n')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(140);
  });

  it.each(['docx', 'pdf', 'json'] as const)(
    'is the same bytes twice as %s, without date or maker',
    async (format) => {
      const first = await written(format, { edits: SEALED });
      jest.useFakeTimers({ now: Date.UTC(2031, 1, 2) });
      const again = await written(format, { edits: SEALED });
      jest.useRealTimers();
      expect(Buffer.from(again.main).equals(first.main)).toBe(true);
      expect(Buffer.from(again.sealed ?? []).equals(first.sealed ?? Buffer.of(1))).toBe(true);
      const raw = Buffer.from(first.main).toString('latin1');
      expect(raw).not.toMatch(/pdf-lib|\/Producer|\/Creator|CreationDate|ModDate|dcterms:/iu);
    },
  );

  it('is the model itself as JSON', async () => {
    const { main, sealed } = await written('json', { edits: SEALED, isDraft: true });
    const { sealed: seventh, ...whole } = documentOf({ edits: SEALED });
    expect(JSON.parse(new TextDecoder().decode(main))).toEqual({
      format: 'enlace-formal-document/1',
      stamp: STAMP,
      ...whole,
    });
    expect(JSON.parse(new TextDecoder().decode(sealed ?? undefined))).toMatchObject({
      annexes: [seventh],
    });
  });
});

afterAll(() => {
  jest.useRealTimers();
});
