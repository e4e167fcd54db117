import type { Session } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { failureOf } from '../failure.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { checkVault } from '../home/kept-vault.js';

const TEXTS = {
  broken: {
    es: 'ALERTA: el servidor no muestra la bóveda que debe ({problem}). Avise al auditor de su Estado.',
    en: 'ALERT: the server does not show the vault that it should ({problem}). Tell the auditor of your State.',
  },
  unasked: {
    es: 'Atención: no se pudo comprobar la bóveda ({problem}).',
    en: 'Attention: the vault could not be checked ({problem}).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What became of a look at something that the server keeps. */
export type Review = 'sound' | 'broken' | 'unknown';

/**
 * Whether the server still has the newest vault that this home or the own record knows of. A vault is opened when
 * everything else is lost: what became of it has to be known before.
 */
export async function reviewVault(
  home: EnrolledHome,
  session: Session,
  { terminal, language }: Pick<Invocation, 'terminal' | 'language'>,
): Promise<Review> {
  try {
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    await checkVault(home, session, replica.directory);
    return 'sound';
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const isAlarm = failureOf(error).exitCode === EXIT.alert;
    const text = isAlarm ? TEXTS.broken : TEXTS.unasked;
    writeLine(terminal.errors, fillText(text[language], { problem: error.code }));
    return isAlarm ? 'broken' : 'unknown';
  }
}
