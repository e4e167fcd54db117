import { readRecoveryCode, type WrapSecret } from '@enlace/e2ee';
import { isDomainError, parseId, type PersonId } from '@enlace/kernel';
import { readReentry } from '@enlace/trust';
import type { Text } from '../../command-line/language.js';
import { findText, requireText } from '../../command-line/option-values.js';
import type { Questions } from '../../command-line/questions.js';
import type { Invocation } from '../../command-line/verb.js';
import { readInputFile, refusing } from '../../files/input-file.js';
import { readId } from '../../person/invite.js';
import { readPaper, type Paper } from '../paper.js';

const TEXTS = {
  paper: { es: 'Código de reingreso, como está en el papel: ', en: 'Re-entry code, as on paper: ' },
  opens: {
    es: 'Código de recuperación, o frase de contraseña de la bóveda: ',
    en: 'Recovery code, or passphrase of the vault: ',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Who comes back, by which paper, with what opens the vault. */
export interface Returning {
  readonly personId: PersonId;
  readonly paper: Paper;
  readonly secret: WrapSecret;
}

/** What a person without a device brings, from the options or asked for. Throws as `readPaper`. */
export async function readReturn(invocation: Invocation, questions: Questions): Promise<Returning> {
  const { options } = invocation;
  const personId = parseId<PersonId>(readId(requireText(options, 'person'), '--person'));
  const asked = { option: 'reentry', question: TEXTS.paper, read: readReentry };
  const paper = await readPaper({ invocation, questions }, asked);
  return { personId, paper, secret: await askSecret(invocation, questions) };
}

async function askSecret(
  { options, language }: Invocation,
  questions: Questions,
): Promise<WrapSecret> {
  const file = findText(options, 'recovery-code');
  const recovery = (typed: string): WrapSecret => ({
    kind: 'recovery',
    code: readRecoveryCode(typed.trim()).secret,
  });
  if (file !== null) {
    const text = readInputFile(file);
    return refusing(file, () => recovery(text));
  }
  const typed = (await questions.secret(TEXTS.opens[language])) ?? '';
  try {
    return recovery(typed);
  } catch (error) {
    if (!isDomainError(error, 'vault.malformed', 'body.malformed')) throw error;
    return { kind: 'passphrase', passphrase: typed };
  }
}
