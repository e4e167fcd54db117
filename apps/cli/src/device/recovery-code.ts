import { resolve } from 'node:path';
import { isSameRecoveryCode, readRecoveryCode } from '@enlace/e2ee';
import type { VaultKeys } from '@enlace/client';
import { isDomainError, type PersonId } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import type { Questions } from '../command-line/questions.js';
import type { Invocation } from '../command-line/verb.js';
import { writeNewFiles } from '../files/new-files.js';
import { loadVaultKeys, saveVaultKeys } from '../home/kept-vault.js';
import type { Home } from '../home/home.js';
import { addRecoveryCode, newVaultKit } from './vault-kit.js';

/** How often a mistyped code may be typed again before the command gives up. */
const TRIES_MOST = 5;

const TEXTS = {
  shown: {
    es: [
      'Código de recuperación. Escríbalo en papel y guárdelo lejos de este equipo:',
      'sin dispositivos, es lo único que abre su bóveda, y no se muestra otra vez.',
      '',
      '  {code}',
      '',
      '',
    ].join('\n'),
    en: [
      'Recovery code. Write it on paper and keep it away from this machine:',
      'without devices nothing else opens your vault, and it is not shown again.',
      '',
      '  {code}',
      '',
      '',
    ].join('\n'),
  },
  back: { es: 'Escríbalo, leído del papel: ', en: 'Type it, read from the paper: ' },
  wrong: { es: 'No es ese código.\n', en: 'That is not the code.\n' },
  group: {
    es: 'Hay un error en el grupo {group}.\n',
    en: 'There is a mistake in group {group}.\n',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Makes the vault of a person who has just claimed an invitation, once: shows its recovery code, and keeps the vault
 * only when the person has typed the code back, or has it in a file. A terminal that was closed before has shown a code
 * that opens nothing: the next run makes another one. Throws `recovery.unconfirmed`, `file.exists`.
 */
export async function prepareVault(
  invocation: Invocation,
  questions: Questions,
  { store, personId, passphrase }: PreparedFor,
): Promise<void> {
  if ((await loadVaultKeys(store)) !== null) return;
  const { keys, code } = newVaultKit(personId, passphrase);
  await handOver(invocation, questions, { code, suffix: '' });
  await saveVaultKeys(store, keys);
}

/**
 * Further codes for a vault that no server has yet, each for another place: its State asks for more ways to open one.
 * Files are named after the first one: `FILE.2`. Throws as `prepareVault`.
 */
export async function addRecoveryCodes(
  invocation: Invocation,
  questions: Questions,
  to: Omit<PreparedFor, 'passphrase'> & { readonly keys: VaultKeys; readonly missing: number },
): Promise<VaultKeys> {
  let { keys } = to;
  for (let added = 0; added < to.missing; added += 1) {
    const kit = addRecoveryCode(keys, to.personId);
    const suffix = `.${keys.wraps.length}`;
    await handOver(invocation, questions, { code: kit.code, suffix });
    keys = kit.keys;
    await saveVaultKeys(to.store, keys);
  }
  return keys;
}

async function handOver(
  invocation: Invocation,
  questions: Questions,
  { code, suffix }: { readonly code: string; readonly suffix: string },
): Promise<void> {
  const out = findText(invocation.options, 'recovery-out');
  if (out === null) return confirmCode(invocation, questions, code);
  writeNewFiles([{ path: resolve(`${out}${suffix}`), text: `${code}\n`, isSecret: true }]);
}

/** Whose vault, and where its keys stay until the server has it. */
interface PreparedFor {
  readonly store: Home['store'];
  readonly personId: PersonId;
  readonly passphrase: string;
}

async function confirmCode(
  { terminal, language }: Invocation,
  questions: Questions,
  code: string,
): Promise<void> {
  const right = readRecoveryCode(code);
  terminal.errors.write(fillText(TEXTS.shown[language], { code }));
  for (let tries = 0; tries < TRIES_MOST; tries += 1) {
    const typed = await questions.line(TEXTS.back[language]);
    if (typed === null) break;
    try {
      if (isSameRecoveryCode(readRecoveryCode(typed), right)) return;
      terminal.errors.write(TEXTS.wrong[language]);
    } catch (error) {
      if (!isDomainError(error, 'vault.malformed', 'body.malformed')) throw error;
      const { group } = error.facts;
      const said = group === undefined ? TEXTS.wrong : TEXTS.group;
      terminal.errors.write(fillText(said[language], { group: group ?? '' }));
    }
  }
  throw new CliError('recovery.unconfirmed');
}
