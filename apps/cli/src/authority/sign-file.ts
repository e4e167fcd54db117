import { resolve } from 'node:path';
import { formatInstant, systemClock, type JsonObject } from '@enlace/kernel';
import {
  cosignStatement,
  cryptoReady,
  parseBody,
  parseStatement,
  signStatement,
  type StatementBody,
  type StatementType,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { assertMaySign } from './may-sign.js';
import { statementInWords } from './statement-words.js';
import { readSigner } from './unlock.js';

const TEXTS = {
  question: { es: '¿Firmar? (sí/no) ', en: 'Sign? (yes/no) ' },
  done: {
    es: 'Firmado ({signatures}): {statement} en {file}',
    en: 'Signed ({signatures}): {statement} in {file}',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What a verb signs, and how it completes a body that nobody has signed yet. */
export interface SigningTask {
  readonly isExpected: (type: StatementType) => boolean;
  readonly complete: (draft: JsonObject, issuedAt: string) => JsonObject;
}

/**
 * Signs what is in `--in` with `--key` and writes the statement to `--out`: a body gets its first signature, a
 * statement that somebody signed one more. It is shown in words and confirmed before any passphrase is asked for.
 */
export async function signFile(invocation: Invocation, task: SigningTask): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const input = requireText(options, 'in');
  const output = resolve(requireText(options, 'out'));
  assertAbsent([output]);
  const draft = readDraft(input, task);
  const questions = new Questions(terminal);
  try {
    const signer = readSigner(invocation, questions);
    assertMaySign(signer, draft.body);
    terminal.errors.write(`${statementInWords(draft.body, language)}\n`);
    if (!options.has('yes') && !(await questions.confirm(TEXTS.question[language]))) {
      throw new CliError('sign.not-confirmed');
    }
    const seed = await signer.unlock();
    const wire = refusing(input, () => draft.sign(seed));
    seed.fill(0);
    writeNewFiles([{ path: output, text: `${wire}\n`, isSecret: false }]);
    const { id, object } = parseStatement(wire);
    const told = { statement: id, signatures: object.signatures.length, file: output };
    const { type, state } = draft.body;
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'signed', type, state, ...told })
        : fillText(TEXTS.done[language], told),
    );
    return EXIT.done;
  } finally {
    questions.close();
  }
}

interface Draft {
  readonly body: StatementBody;
  sign(seed: Uint8Array): string;
}

// Attacker-controlled: the file may come on a stick from anywhere. What is shown in words is what is signed.
function readDraft(path: string, { isExpected, complete }: SigningTask): Draft {
  const text = readInputFile(path);
  const object = readJsonObject(path, text);
  const isSigned = Object.hasOwn(object, 'sigs');
  const body = refusing(path, () =>
    isSigned
      ? parseStatement(text).body
      : parseBody(complete(object, formatInstant(systemClock.nowMs()))),
  );
  if (!isExpected(body.type)) throw malformed(path, 'other-type');
  return {
    body,
    sign: (seed) => (isSigned ? cosignStatement(text, seed) : signStatement(body, [seed])),
  };
}
