import type { Language } from '../catalogue/labels.js';

/** The parts of a DOCX (ECMA-376, Office Open XML) that no request changes. None says who made the file, or when. */

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORDS_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

/** Twentieths of a point: paper of the region is Letter, 8.5 by 11 inches, with margins of one inch. */
export const PAGE_TWIPS = { width: 12_240, height: 15_840, margin: 1440 } as const;
export const LABEL_TWIPS = 2600;

export const CONTENT_TYPES = [
  `${HEAD}<Types xmlns="${PACKAGE}/content-types">`,
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
  '<Default Extension="xml" ContentType="application/xml"/>',
  ...[
    ['/word/document.xml', `${WORDS_TYPE}.document.main+xml`],
    ['/word/styles.xml', `${WORDS_TYPE}.styles+xml`],
    ['/word/header.xml', `${WORDS_TYPE}.header+xml`],
    ['/word/footer.xml', `${WORDS_TYPE}.footer+xml`],
    ['/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
  ].map(([name, type]) => `<Override PartName="${name}" ContentType="${type}"/>`),
  '</Types>',
].join('');

export const PACKAGE_RELATIONS = relations([
  ['rId1', `${OFFICE}/officeDocument`, 'word/document.xml'],
  ['rId2', `${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml'],
]);

export const DOCUMENT_RELATIONS = relations([
  ['rId1', `${OFFICE}/styles`, 'styles.xml'],
  ['rId2', `${OFFICE}/header`, 'header.xml'],
  ['rId3', `${OFFICE}/footer`, 'footer.xml'],
]);

function relations(list: readonly (readonly [string, string, string])[]): string {
  const entries = list.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`,
  );
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${entries.join('')}</Relationships>`;
}

/** A part of the text, header or footer: `element` around what stands in it. */
export function wordPart(element: 'document' | 'hdr' | 'ftr', content: string): string {
  return `${HEAD}<w:${element} xmlns:w="${WORD}" xmlns:r="${OFFICE}">${content}</w:${element}>`;
}

/** The title for readers of the screen, and the language; no author and no date. */
export function coreProperties(escapedTitle: string, language: Language): string {
  const names = `xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"`;
  const told = `<dc:title>${escapedTitle}</dc:title><dc:language>${language}</dc:language>`;
  return `${HEAD}<cp:coreProperties ${names}>${told}</cp:coreProperties>`;
}

/** Half points: sizes of text. */
const style = (id: string, name: string, { paragraph = '', run = '' }) =>
  [
    `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/>`,
    `<w:next w:val="Normal"/><w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${run}</w:rPr></w:style>`,
  ].join('');

const redLine = (side: string) =>
  `<w:${side} w:val="single" w:sz="12" w:space="2" w:color="B00020"/>`;

export function styles(language: Language): string {
  return [
    `${HEAD}<w:styles xmlns:w="${WORD}"><w:docDefaults><w:rPrDefault><w:rPr>`,
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/><w:sz w:val="20"/>',
    `<w:szCs w:val="20"/><w:lang w:val="${language}" w:eastAsia="${language}" w:bidi="${language}"/>`,
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="100" w:line="264" w:lineRule="auto"/>',
    '</w:pPr></w:pPrDefault></w:docDefaults>',
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>',
    style('Title', 'Title', {
      paragraph: '<w:spacing w:before="120" w:after="240"/><w:jc w:val="center"/>',
      run: '<w:b/><w:sz w:val="30"/>',
    }),
    style('Heading1', 'heading 1', {
      paragraph: '<w:keepNext/><w:spacing w:before="320" w:after="120"/><w:outlineLvl w:val="0"/>',
      run: '<w:b/><w:sz w:val="24"/>',
    }),
    style('Heading2', 'heading 2', {
      paragraph: '<w:keepNext/><w:spacing w:before="160" w:after="80"/><w:outlineLvl w:val="1"/>',
      run: '<w:b/>',
    }),
    style('Header', 'header', { paragraph: '<w:jc w:val="center"/>', run: '<w:sz w:val="16"/>' }),
    style('Footer', 'footer', { paragraph: '<w:jc w:val="center"/>', run: '<w:sz w:val="16"/>' }),
    style('Stamp', 'Stamp', {
      paragraph: `<w:pBdr>${['top', 'bottom'].map(redLine).join('')}</w:pBdr><w:jc w:val="center"/>`,
      run: '<w:b/><w:color w:val="B00020"/><w:sz w:val="32"/>',
    }),
    '</w:styles>',
  ].join('');
}
