import type { Language } from '../catalogue/labels.js';
import { labelOf } from '../catalogue/labels.js';
import { printable } from '../formats/printable.js';
import { TableWriter, type Cell, type Provenance, type Table } from './table.js';

/** Spreadsheets compute what begins so. */
const FORMULA = /^[=+\-@\t\r]/u;

/** As CSV (RFC 4180): beside each value with a provenance how it is known, where from and of when. */
export function printCsv({ columns, rows, note }: Table, language: Language): string {
  const write = new TableWriter(language, '');
  const withFacts = columns.map((_, at) => rows.some((row) => (row[at]?.facts ?? []).length > 0));
  const heads = columns.flatMap((column, at) =>
    withFacts[at] === true
      ? [
          column,
          ...(['confidence', 'source', 'date'] as const).map(
            (word) => `${column}: ${write.word(word)}`,
          ),
        ]
      : [column],
  );
  const lines = rows.map((row) =>
    row.flatMap(({ text, facts }, at) =>
      withFacts[at] === true
        ? [
            text,
            each(facts, ({ confidence }) => labelOf('confidences', confidence)[language]),
            each(facts, ({ source }) => source ?? write.word('noSource')),
            each(facts, ({ sourceDate }) => sourceDate ?? ''),
          ]
        : [text],
    ),
  );
  return [heads, ...lines, [note]].map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

/** As Markdown: a table, and below it every source by its number. */
export function printMarkdown({ title, columns, rows, note }: Table, language: Language): string {
  const write = new TableWriter(language, '');
  const sources: string[] = [];
  const numberOf = ({ confidence, source, sourceDate }: Provenance): string => {
    const known = [labelOf('confidences', confidence)[language], source ?? write.word('noSource')];
    const line = [...known, ...(sourceDate === null ? [] : [sourceDate])]
      .map(markdownText)
      .join(' · ');
    if (!sources.includes(line)) sources.push(line);
    return `[${sources.indexOf(line) + 1}]`;
  };
  const cell = ({ text, facts }: Cell) =>
    [markdownText(text), ...new Set(facts.map(numberOf))].join(' ');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const body = rows.map((row) => line(row.map(cell))).join('');
  const listed = sources.map((source, at) => `${at + 1}. ${source}\n`).join('');
  return [
    `## ${markdownText(title)}\n\n`,
    line(columns.map(markdownText)),
    line(columns.map(() => '---')),
    body,
    `\n${markdownText(note)}\n`,
    listed === '' ? '' : `\n${listed}`,
  ].join('');
}

function each(facts: readonly Provenance[], say: (fact: Provenance) => string): string {
  return [...new Set(facts.map(say))].join('; ');
}

// Attacker-controlled: packs of others. Nothing of a value begins a formula, or ends a field.
function csvField(text: string): string {
  const plain = printable(text);
  const inert = FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\n]/u.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** One line, in which nothing is markup. */
function markdownText(text: string): string {
  return printable(text)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\\`*_[\]<>|#]/gu, (character) => `\\${character}`);
}
