import { certifyPerson } from '@enlace/client';
import { cryptoReady, parseStatement } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import type { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { confirmed } from './confirmed.js';
import { invitationInWords } from './invitation-words.js';
import { withFounderOrRegistrar } from './speaking.js';
import { findInvitation, outFileOf, readNamed, writeTravelling } from './travelling.js';

const TEXTS = {
  digits: {
    es: 'Los sesenta dígitos que la persona lee en su dispositivo: ',
    en: 'The sixty digits that the person reads from the own device: ',
  },
  signed: {
    es: 'Certificado firmado; lo firma también otro registrador.',
    en: 'The certificate is signed; another registrar signs it as well.',
  },
  done: { es: '{personId} está certificada.', en: '{personId} is certified.' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace person certify`: one registrar signs the certificate, another one the same bytes, each after comparing the
 * digits that the person reads aloud with the claim that is shown to him. Ends with 2 when they differ.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, language, json } = invocation;
  const out = outFileOf(invocation);
  return withFounderOrRegistrar(invocation, async ({ registrar, questions, session }) => {
    const open = await findInvitation(invocation, session);
    const content = readNamed(open);
    await confirmed(invocation, questions, invitationInWords(content, language));
    const wire = await certifyPerson(registrar, open, await digitsOf(invocation, questions));
    if (out !== null) writeTravelling(out, { ...open, certificateWire: wire });
    const { invitationId, personId } = content.invitation;
    const isDone = parseStatement(wire).object.signatures.length > 1;
    const told = { invitationId, personId, isDone };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'certified', ...told })
        : fillText((isDone ? TEXTS.done : TEXTS.signed)[language], { personId }),
    );
    return EXIT.done;
  });
}

/** Typed as they are heard: a registrar who cannot copy them from his own screen has to ask the person. */
async function digitsOf({ options, language }: Invocation, questions: Questions): Promise<string> {
  const given = findText(options, 'digits') ?? (await questions.line(TEXTS.digits[language])) ?? '';
  if (!/^(?:\s*\d){60}\s*$/.test(given)) {
    const facts = { option: '--digits', value: given, expected: '60 × 0-9' };
    throw new CliError('usage.bad-value', facts);
  }
  return given;
}
