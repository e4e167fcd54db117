import { revokePerson } from '@enlace/client';
import { cryptoReady, currentOf, type Revocation } from '@enlace/trust';
import { statementInWords } from '../authority/statement-words.js';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { confirmed } from './confirmed.js';
import { readId } from './invite.js';
import { withRegistrar, type SpeakingInSession } from './speaking.js';

/** Why something is taken away; `suspended` can be lifted, a key that is `lost` or `compromised` never comes back. */
const REASONS: readonly Revocation['reason'][] = [
  'lost',
  'compromised',
  'suspended',
  'left',
  'superseded',
  'error',
];

const TEXTS = {
  title: { es: 'Revoca ({reason}) este certificado:', en: 'Revokes ({reason}) this certificate:' },
  done: {
    es: 'Revocado ({reason}): {personId}. Sus sesiones terminaron.',
    en: 'Revoked ({reason}): {personId}. All its sessions have ended.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace person revoke`: one registrar, at once; `--reason suspended` can be lifted with `reinstate`. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const personId = readId(requireText(options, 'person'), '--person');
  const reason = readReason(requireText(options, 'reason'));
  return withRegistrar(invocation, async ({ registrar, questions }) => {
    const words = certificateInWords(registrar, personId, language);
    await confirmed(
      invocation,
      questions,
      `${fillText(TEXTS.title[language], { reason })}\n${words}`,
    );
    await revokePerson(registrar, personId, reason);
    const told = { personId, reason };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'revoked', ...told }) : fillText(TEXTS.done[language], told),
    );
    return EXIT.done;
  });
}

/** Throws `usage.bad-value`. */
export function readReason(value: string): Revocation['reason'] {
  const reason = REASONS.find((each) => each === value);
  if (reason !== undefined) return reason;
  const expected = REASONS.join(', ');
  throw new CliError('usage.bad-value', { option: '--reason', value, expected });
}

/** The newest certificate of a person of the own State. Throws `person.unknown`. */
export function certificateInWords(
  { directory, state }: SpeakingInSession['registrar'],
  personId: string,
  language: Language,
): string {
  const found = currentOf(directory, { type: 'person-cert', state, subject: personId });
  if (found === null) throw new CliError('person.unknown', { person: personId });
  return statementInWords(found.statement.body, language);
}
