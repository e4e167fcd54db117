import { extname } from 'node:path';
import { sha256, toHex } from '@enlace/kernel';
import {
  checkText,
  describeVerdict,
  DOCUMENT_FORMATS,
  parseRequest,
  printReport,
  printText,
  render,
  writeDocument,
  type DocumentFormat,
} from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { findText, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { writeLine } from '../command-line/terminal.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { readDay, readPacks, readRequestText } from '../precheck/inputs.js';
import { readTypeface } from './typeface.js';

/**
 * `enlace request export FILE`: the formal document for the central authority, and beside it the sealed annex. Reads no
 * key and no server. Exit codes 0 written, 2 the request is not ready and nothing was written, 3 it is malformed.
 */
export async function run({
  argument,
  options,
  json,
  language: asked,
  terminal,
}: Invocation): Promise<number> {
  // As the check: a document goes to an authority, whatever the locale of the machine that made it.
  const language = options.has('lang') ? asked : 'es';
  const format = readFormat(requireText(options, 'format'));
  const out = requireText(options, 'out');
  const sealedOut = sealedNameOf(out);
  assertAbsent([out, sealedOut]);
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
  const document = render(parsed.request, language, packs.authorities);
  const { main, sealed } = await writeDocument(document, {
    format,
    isDraft,
    typeface: readTypeface,
  });
  const files = [
    { path: out, text: main, isSecret: true },
    ...(sealed === null ? [] : [{ path: sealedOut, text: sealed, isSecret: true }]),
  ];
  writeNewFiles(files);
  for (const { path, text: bytes } of files) {
    const digest = toHex(sha256(bytes));
    say(`${digest}  ${path}`, { event: 'written', file: path, sha256: digest, isDraft });
  }
  return EXIT.done;
}

function readFormat(given: string): DocumentFormat {
  const format = DOCUMENT_FORMATS.find((one) => one === given);
  if (format !== undefined) return format;
  const expected = DOCUMENT_FORMATS.join(', ');
  throw new CliError('usage.bad-value', { option: '--format', value: given, expected });
}

/** `solicitud.pdf` has its sealed annex beside it in `solicitud.sealed.pdf`. */
function sealedNameOf(out: string): string {
  const extension = extname(out);
  return `${out.slice(0, out.length - extension.length)}.sealed${extension}`;
}
