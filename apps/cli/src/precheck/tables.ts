import { STATES } from '@enlace/contracts';
import {
  catalogueTable,
  offenceTable,
  packDifference,
  printCsv,
  printMarkdown,
  treatyMatrix,
  type Language,
  type Table,
} from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { findText, readState } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readDay, readPacks } from './inputs.js';

/** What is printed instead of a check. */
export const TABLE_OPTIONS = ['catalogue', 'offence-table', 'treaty-matrix', 'compare'] as const;

/**
 * `enlace precheck` without a request: the rules, the offence of each State, the treaties of each pair, or what changed
 * between two versions of packs. Throws `usage.missing-argument` when none is asked for.
 */
export async function printTables(
  { options, json, terminal }: Invocation,
  language: Language,
): Promise<number> {
  const asked = TABLE_OPTIONS.filter((name) => options.has(name));
  if (asked.length === 0) throw new CliError('usage.missing-argument', { argument: 'FILE' });
  const print = readFormat(findText(options, 'format') ?? 'md');
  const tables = await tablesOf(asked, options, language);
  terminal.output.write(
    json
      ? tables.map((table) => `${JSON.stringify({ event: 'table', ...table })}\n`).join('')
      : tables.map((table) => print(table, language)).join('\n'),
  );
  return EXIT.done;
}

async function tablesOf(
  asked: readonly (typeof TABLE_OPTIONS)[number][],
  options: Invocation['options'],
  language: Language,
): Promise<readonly Table[]> {
  const today = readDay(findText(options, 'today'));
  const packs = await readPacks(findText(options, 'packs'));
  const listed = findText(options, 'states')?.split(',') ?? [...STATES];
  const states = listed.map((state) => readState(state, '--states'));
  const request = { packs, states, language, today };
  const before = asked.includes('compare') ? await readPacks(findText(options, 'compare')) : null;
  return asked.flatMap((name): readonly Table[] => {
    if (name === 'catalogue') return [catalogueTable(packs, { language, today })];
    if (name === 'offence-table') return offenceTable(request);
    if (name === 'treaty-matrix') return [treatyMatrix(request)];
    return before === null ? [] : [packDifference({ before, after: packs }, { language, today })];
  });
}

function readFormat(given: string): (table: Table, language: Language) => string {
  if (given === 'md') return printMarkdown;
  if (given === 'csv') return printCsv;
  throw new CliError('usage.bad-value', { option: '--format', value: given, expected: 'md, csv' });
}
