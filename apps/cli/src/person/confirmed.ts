import { CliError } from '../command-line/cli-error.js';
import type { Text } from '../command-line/language.js';
import type { Questions } from '../command-line/questions.js';
import type { Invocation } from '../command-line/verb.js';

const QUESTION: Text = { es: '¿Firmar? (sí/no) ', en: 'Sign? (yes/no) ' };

/** Shows in words what will be signed, and asks. Throws `sign.not-confirmed`. */
export async function confirmed(
  { options, terminal, language }: Invocation,
  questions: Questions,
  words: string,
): Promise<void> {
  terminal.errors.write(`${words}\n`);
  if (options.has('yes') || (await questions.confirm(QUESTION[language]))) return;
  throw new CliError('sign.not-confirmed');
}
