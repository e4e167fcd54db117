import { checkText, printReport, printText } from '@enlace/mla';
import { findText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { readDay, readPacks, readRequestText } from './inputs.js';

/**
 * `enlace precheck`: reads no key and no server. Exit codes 0 ready, 1 ready with points to fix, 2 not ready, 3 the
 * request is malformed or unreadable, 4 the packs or the command are.
 */
export async function run({
  argument,
  options,
  json,
  language: asked,
  terminal,
}: Invocation): Promise<number> {
  // Spanish unless asked for by name: a report goes to the unit, whatever the locale of the machine that made it.
  const language = options.has('lang') ? asked : 'es';
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
