import { resolve } from 'node:path';
import { draftFact, type FactContent } from '@enlace/client';
import { canonicalJson, isDomainError, parseStrictJson } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findText, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../../files/new-files.js';
import { readDay } from '../../precheck/inputs.js';
import { withSpeaker } from '../contact/speaking.js';

const DONE: Text = {
  es: 'Firmado: {path} en {file}. Lo firma otra persona, y lo entrega, con «directory fact confirm».',
  en: 'Signed: {path} in {file}. Another person signs it and hands it in with "directory fact confirm".',
};

/** `enlace directory fact propose`: the first signature of a fact. Nothing is sent; the file goes to a colleague. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal, json, language } = invocation;
  const file = resolve(requireText(options, 'out'));
  assertAbsent([file]);
  const content = readContent(invocation);
  return withSpeaker(invocation, async ({ speaker }) => {
    const wire = draftFact(speaker, content);
    writeNewFiles([{ path: file, text: `${wire}\n`, isSecret: false }]);
    const told = { path: content.path, statement: parseStatement(wire).id, file };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'fact-proposed', ...told }) : fillText(DONE[language], told),
    );
    return EXIT.done;
  });
}

function readContent({ options }: Invocation): FactContent {
  const day = (name: string) => {
    const given = findText(options, name);
    return given === null ? null : readDay(given, `--${name}`);
  };
  return {
    path: requireText(options, 'path'),
    value: readValue(requireText(options, 'value')),
    source: requireText(options, 'source').normalize('NFC'),
    sourceDate: readDay(requireText(options, 'source-date'), '--source-date'),
    validFrom: day('valid-from'),
    validTo: day('valid-to'),
    reviewBy: day('review-by'),
    note: findText(options, 'note')?.normalize('NFC') ?? null,
  };
}

/** Whatever JSON was typed, in the one form that is signed. Throws `usage.bad-value`. */
function readValue(value: string): string {
  try {
    return canonicalJson(parseStrictJson(value.normalize('NFC')));
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new CliError(
      'usage.bad-value',
      { option: '--value', value, expected: 'JSON' },
      { cause },
    );
  }
}
