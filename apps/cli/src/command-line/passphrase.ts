import { equalBytes, utf8 } from '@enlace/kernel';
import { CliError } from './cli-error.js';
import type { Language, Text } from './language.js';
import type { Questions } from './questions.js';

/** Shortest passphrase that a new key is sealed under, in characters (six generated words are longer). */
const PASSPHRASE_LENGTH_MINIMUM = 14;

const TEXTS = {
  ask: { es: 'Frase de contraseña de {what}: ', en: 'Passphrase of {what}: ' },
  again: { es: 'Otra vez, la misma: ', en: 'The same once more: ' },
} as const satisfies Readonly<Record<string, Text>>;

/** Whose passphrase, in words, and the variable that a script may give it in. */
export interface PassphraseRequest {
  readonly what: Text;
  readonly variable: 'ENLACE_PASSPHRASE' | 'ENLACE_PASSPHRASE_2' | 'ENLACE_PASSPHRASE_3';
  readonly environment: NodeJS.ProcessEnv;
  readonly language: Language;
  readonly questions: Questions;
}

/** The passphrase from the environment, else from the person. Throws `passphrase.missing`. */
export async function askPassphrase(request: PassphraseRequest): Promise<string> {
  const { what, variable, environment, language, questions } = request;
  const given = environment[variable] ?? '';
  if (given !== '') return given;
  const question = TEXTS.ask[language].replace('{what}', () => what[language]);
  const typed = (await questions.secret(question)) ?? '';
  if (typed === '') throw new CliError('passphrase.missing', { variable });
  return typed;
}

/**
 * The passphrase of a key that is being made: long enough, and typed twice by whoever cannot see it. Throws
 * `passphrase.missing`, `passphrase.too-short`, `passphrase.differs`.
 */
export async function askNewPassphrase(request: PassphraseRequest): Promise<string> {
  const { variable, environment, language, questions } = request;
  const passphrase = await askPassphrase(request);
  if (passphrase.length < PASSPHRASE_LENGTH_MINIMUM) {
    throw new CliError('passphrase.too-short', { minimum: PASSPHRASE_LENGTH_MINIMUM });
  }
  const isTyped = (environment[variable] ?? '') === '';
  if (isTyped && questions.isAtKeyboard) {
    const again = (await questions.secret(TEXTS.again[language])) ?? '';
    if (!equalBytes(utf8(again), utf8(passphrase))) throw new CliError('passphrase.differs');
  }
  return passphrase;
}
