import { checkText, describeVerdict, parseRequest, printReport, printText } from '@enlace/mla';
import { CliError } from '../../command-line/cli-error.js';
import { findText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { writeLine } from '../../command-line/terminal.js';
import { EXIT } from '../../exit-codes.js';
import { writeNewFiles } from '../../files/new-files.js';
import { readDay, readPacks, readRequestText } from '../../precheck/inputs.js';
import { exportFrozen } from './export-frozen.js';
import { formalFiles, readOutput } from './write-formal.js';

/**
 * `enlace request export FILE`: the formal document for the central authority, and beside it the sealed annex. Reads no
 * key and no server. Exit codes 0 written, 2 the request is not ready and nothing was written, 3 it is malformed. With
 * `--record` in place of the file: the newest frozen version of that record of a thread.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { argument, options, json, language: asked, terminal } = invocation;
  // As the check: a document goes to an authority, whatever the locale of the machine that made it.
  const language = options.has('lang') ? asked : 'es';
  if (options.has('record')) return exportFrozen(invocation, language);
  if (argument === '') throw new CliError('usage.missing-argument', { argument: 'FILE' });
  const place = readOutput(invocation);
  const today = readDay(findText(options, 'today'));
  const packs = await readPacks(findText(options, 'packs'));
  const text = await readRequestText(argument, terminal.input);
  const report = checkText(text, packs, today);
  const say = (words: string, object: object) =>
    writeLine(terminal.output, json ? JSON.stringify(object) : words);
  const parsed = parseRequest(text);
  if (report.verdict === 'malformed' || parsed.kind === 'malformed') {
    say(printText(report, language), printReport(report, language));
    return EXIT.malformed;
  }
  const isDraft = report.verdict === 'not-ready';
  if (isDraft && !options.has('allow-not-ready')) {
    const verdict = describeVerdict(report, language);
    throw new CliError('request.not-ready', { verdict }, { exitCode: EXIT.alert });
  }
  const files = await formalFiles(parsed.request, place, { packs, language, isDraft });
  writeNewFiles(files);
  for (const { path, sha256 } of files) {
    say(`${sha256}  ${path}`, { event: 'written', file: path, sha256, isDraft });
  }
  return EXIT.done;
}
