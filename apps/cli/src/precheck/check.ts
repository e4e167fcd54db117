import { checkText, printReport, printText } from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { findText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { readDay, readPacks, readRequestText } from './inputs.js';
import { printTables, TABLE_OPTIONS } from './tables.js';

/**
 * `enlace precheck`: reads no key and no server. Exit codes 0 ready, 1 ready with points to fix, 2 not ready, 3 the
 * request is malformed or unreadable, 4 the packs or the command are.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { argument, options, json, language: asked, terminal } = invocation;
  // Spanish unless asked for by name: a report goes to the unit, whatever the locale of the machine that made it.
  const language = options.has('lang') ? asked : 'es';
  if (argument === '') return printTables(invocation, language);
  const extra = TABLE_OPTIONS.find((name) => options.has(name));
  if (extra !== undefined) throw new CliError('usage.unexpected-argument', { argument });
  const today = readDay(findText(options, 'today'));
  const packs = await readPacks(findText(options, 'packs'));
  const report = checkText(await readRequestText(argument, terminal.input), packs, today);
  terminal.output.write(
    json
      ? `${JSON.stringify(printReport(report, language), null, 2)}\n`
      : printText(report, language),
  );
  return report.exitCode;
}
