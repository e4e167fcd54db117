import { readRecoveryCode, type WrapSecret } from '@enlace/e2ee';
import { isDomainError, parseId, type PersonId } from '@enlace/kernel';
import { cryptoReady, readReentry } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { askNewPassphrase } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile } from '../files/input-file.js';
import { createHome, homeFolderOf } from '../home/home.js';
import { readId } from '../person/invite.js';
import { offerRevocation } from './offer-revocation.js';
import { readPaper } from './paper.js';
import { comeBack } from './return.js';

const TEXTS = {
  home: { es: 'esta carpeta', en: 'this home' },
  paper: { es: 'Código de reingreso, como está en el papel: ', en: 'Re-entry code, as on paper: ' },
  opens: {
    es: 'Código de recuperación, o frase de contraseña de la bóveda: ',
    en: 'Recovery code, or passphrase of the vault: ',
  },
  done: {
    es: 'El dispositivo {deviceId} está certificado con la llave de la bóveda. Inicie sesión con él.',
    en: 'The device {deviceId} is certified with the key from the vault. Sign in with it.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device recover`: no device, a wrap left. A code of two registrars opens a session that may fetch the vault;
 * the recovery code or the passphrase opens the vault; the key of the person in it certifies this device. The server
 * and the registrars start this and cannot finish it.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const questions = new Questions(terminal);
  try {
    const personId = parseId<PersonId>(readId(requireText(options, 'person'), '--person'));
    const paper = await readPaper(
      { invocation, questions },
      { option: 'reentry', question: TEXTS.paper, read: readReentry },
    );
    const passphrase = await askNewPassphrase({
      what: TEXTS.home,
      variable: 'ENLACE_PASSPHRASE',
      environment: terminal.environment,
      language,
      questions,
    });
    const secret = await askSecret(invocation, questions);
    const home = await createHome(homeFolderOf(invocation), passphrase);
    try {
      const profile = await comeBack(home.store, { personId, paper, secret });
      const { deviceId } = profile.keys;
      await offerRevocation(invocation, questions, { store: home.store, profile });
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({ event: 'recovered', deviceId })
          : fillText(TEXTS.done[language], { deviceId }),
      );
      return EXIT.done;
    } finally {
      home.close();
    }
  } finally {
    questions.close();
  }
}

async function askSecret(
  { options, language }: Invocation,
  questions: Questions,
): Promise<WrapSecret> {
  const file = findText(options, 'recovery-code');
  const typed =
    file === null ? ((await questions.secret(TEXTS.opens[language])) ?? '') : readInputFile(file);
  try {
    return { kind: 'recovery', code: readRecoveryCode(typed.trim()).secret };
  } catch (error) {
    if (file !== null || !isDomainError(error, 'vault.malformed', 'body.malformed')) throw error;
    return { kind: 'passphrase', passphrase: typed };
  }
}
