import { utf8, writeStoredZip } from '@enlace/kernel';

import type { Block } from '../document/blocks.js';
import {
  CONTENT_TYPES,
  coreProperties,
  DOCUMENT_RELATIONS,
  LABEL_TWIPS,
  PACKAGE_RELATIONS,
  PAGE_TWIPS,
  styles,
  wordPart,
} from './docx-parts.js';
import type { Paper, Part } from './paper.js';

/** Whatever a text holds, it is text: nothing of it becomes an element. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** A numbered paragraph has its number beside it. */
const HANGING =
  '<w:tabs><w:tab w:val="left" w:pos="567"/></w:tabs><w:ind w:left="567" w:hanging="567"/>';

/** A paper as DOCX. The same paper gives the same bytes: no date, no author, no number drawn by chance. */
export function writeDocx(paper: Paper): Uint8Array<ArrayBuffer> {
  const part = (name: string, xml: string) => ({ name, bytes: utf8(xml) });
  const title = escaped(`${paper.title} · ${paper.reference}`);
  return writeStoredZip([
    part('[Content_Types].xml', CONTENT_TYPES),
    part('_rels/.rels', PACKAGE_RELATIONS),
    part('docProps/core.xml', coreProperties(title, paper.language)),
    part('word/_rels/document.xml.rels', DOCUMENT_RELATIONS),
    part('word/document.xml', wordPart('document', `<w:body>${bodyOf(paper)}</w:body>`)),
    part('word/footer.xml', wordPart('ftr', footerOf(paper))),
    part('word/header.xml', wordPart('hdr', headerOf(paper))),
    part('word/styles.xml', styles(paper.language)),
  ]);
}

function bodyOf({ title, parts }: Paper): string {
  const { width, height, margin } = PAGE_TWIPS;
  const page = [
    '<w:headerReference w:type="default" r:id="rId2"/>',
    '<w:footerReference w:type="default" r:id="rId3"/>',
    `<w:pgSz w:w="${width}" w:h="${height}"/>`,
    `<w:pgMar ${['top', 'right', 'bottom', 'left'].map((side) => `w:${side}="${margin}"`).join(' ')}`,
    ' w:header="567" w:footer="567" w:gutter="0"/>',
  ];
  return [
    paragraph(title, 'Title'),
    ...parts.map(sectionOf),
    `<w:sectPr>${page.join('')}</w:sectPr>`,
  ].join('');
}

function sectionOf({ title, blocks }: Part): string {
  const heading = title === '' ? [] : [paragraph(title, 'Heading1')];
  return [...heading, ...groupsOf(blocks).map(printed)].join('');
}

/** Labelled values that follow each other stand in one table; every other block alone. */
function groupsOf(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (block.kind === 'field' && last?.[0]?.kind === 'field') last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function printed(group: readonly Block[]): string {
  const [first] = group;
  if (first === undefined) return '';
  if (first.kind === 'field') return tableOf(group);
  if (first.kind === 'heading') return paragraph(first.text, 'Heading2');
  const { number, text } = first;
  return number === undefined
    ? paragraph(text)
    : `<w:p><w:pPr>${HANGING}</w:pPr>${run(`${number}.\t${text}`)}</w:p>`;
}

/** Rows may break over pages: one value can be longer than a page. */
function tableOf(fields: readonly Block[]): string {
  const { width, margin } = PAGE_TWIPS;
  const whole = width - 2 * margin;
  const widths = [LABEL_TWIPS, whole - LABEL_TWIPS];
  const cell = (content: string, at: 0 | 1) =>
    `<w:tc><w:tcPr><w:tcW w:w="${widths[at]}" w:type="dxa"/></w:tcPr>${content}</w:tc>`;
  const rows = fields.map((field) => {
    const label = field.kind === 'field' ? field.label : '';
    return `<w:tr>${cell(paragraph(label, 'Normal', '<w:b/>'), 0)}${cell(paragraph(field.text), 1)}</w:tr>`;
  });
  const rule = (side: string) =>
    `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>`;
  const borders = ['top', 'bottom', 'insideH'].map(rule).join('');
  return [
    `<w:tbl><w:tblPr><w:tblW w:w="${whole}" w:type="dxa"/><w:tblBorders>${borders}</w:tblBorders>`,
    '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/>',
    '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>',
    `<w:tblGrid>${widths.map((one) => `<w:gridCol w:w="${one}"/>`).join('')}</w:tblGrid>`,
    ...rows,
    '</w:tbl>',
    // Two tables that touch would become one.
    '<w:p><w:pPr><w:spacing w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>',
  ].join('');
}

function headerOf({ stamp, reference }: Paper): string {
  return [
    ...(stamp === null ? [] : [paragraph(stamp, 'Stamp')]),
    paragraph(reference, 'Header'),
  ].join('');
}

function footerOf({ footer, pageWords: { page, of } }: Paper): string {
  const counted = `${run(`${page} `)}${counter('PAGE')}${run(` ${of} `)}${counter('NUMPAGES')}`;
  return `${paragraph(footer, 'Footer')}<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>${counted}</w:p>`;
}

/** A number that the reader of the file counts. */
function counter(name: 'PAGE' | 'NUMPAGES'): string {
  return `<w:fldSimple w:instr=" ${name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>`;
}

function paragraph(text: string, styleId = 'Normal', format = ''): string {
  return `<w:p><w:pPr><w:pStyle w:val="${styleId}"/></w:pPr>${run(text, format)}</w:p>`;
}

function run(text: string, format = ''): string {
  const pieces = text
    .split(/([\n\t])/u)
    .map((piece) =>
      piece === '\n'
        ? '<w:br/>'
        : piece === '\t'
          ? '<w:tab/>'
          : `<w:t xml:space="preserve">${escaped(piece)}</w:t>`,
    );
  return `<w:r>${format === '' ? '' : `<w:rPr>${format}</w:rPr>`}${pieces.join('')}</w:r>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/gu, (character) => ESCAPES[character] ?? '');
}
