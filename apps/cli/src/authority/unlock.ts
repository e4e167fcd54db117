import type { StateCode } from '@enlace/contracts';
import { CliError } from '../command-line/cli-error.js';
import { printable } from '../command-line/error-texts.js';
import { findText, requireText } from '../command-line/option-values.js';
import { askPassphrase, type PassphraseRequest } from '../command-line/passphrase.js';
import type { Questions } from '../command-line/questions.js';
import type { Invocation } from '../command-line/verb.js';
import { joinHalves, type Holding } from './custody.js';
import { isSeedOf, openKeyFile, readKeyFile, type KeyFile, type LockedKey } from './key-file.js';

/** Who signs, before and after the passphrase. Wipe the seed when done. */
export interface Signer {
  readonly kind: Exclude<KeyFile['kind'], 'root-share'>;
  readonly state: StateCode;
  readonly publicKey: string;
  /** Asks for the passphrases; what comes out was compared with the public key. */
  unlock(): Promise<Uint8Array>;
}

/**
 * The signer that `--key` and, for the share of a custodian, `--second-key` name. Their form is checked here, so that
 * nobody types a passphrase for nothing. Throws `key.needs-second`, `key.one-is-enough`, `key.shares-differ`.
 */
export function readSigner(invocation: Invocation, questions: Questions): Signer {
  const key = readKeyFile(requireText(invocation.options, 'key'));
  const secondPath = findText(invocation.options, 'second-key');
  const { state, publicKey, kind } = key.file;
  const first: PassphraseSource = {
    variable: 'ENLACE_PASSPHRASE',
    environment: invocation.terminal.environment,
    language: invocation.language,
    questions,
  };
  if (kind !== 'root-share') {
    if (secondPath !== null) throw new CliError('key.one-is-enough', { file: key.path });
    const unlock = async () => checked(key, openKeyFile(key, await passphraseOf(key, first)));
    return { kind, state, publicKey, unlock };
  }
  if (secondPath === null) throw new CliError('key.needs-second', { file: key.path });
  const second = readKeyFile(secondPath);
  if (!arePair(key.file, second.file)) {
    throw new CliError('key.shares-differ', { file: key.path, other: second.path });
  }
  const unlock = async () => {
    const one = shareOf(key, await passphraseOf(key, first));
    const other = shareOf(
      second,
      await passphraseOf(second, { ...first, variable: 'ENLACE_PASSPHRASE_2' }),
    );
    return checked(key, joinHalves(one, other));
  };
  return { kind: 'root', state, publicKey, unlock };
}

type PassphraseSource = Omit<PassphraseRequest, 'what'>;

function arePair(one: KeyFile, other: KeyFile): boolean {
  return (
    other.kind === 'root-share' &&
    one.custodian !== other.custodian &&
    one.state === other.state &&
    one.publicKey === other.publicKey
  );
}

async function passphraseOf({ path }: LockedKey, from: PassphraseSource): Promise<string> {
  return askPassphrase({ what: { es: printable(path), en: printable(path) }, ...from });
}

function shareOf(key: LockedKey, passphrase: string): Holding {
  const secret = openKeyFile(key, passphrase);
  const { custodian } = key.file;
  if (custodian === 0) throw new RangeError('a share has a custodian');
  const middle = secret.length / 2;
  return { custodian, halves: [secret.subarray(0, middle), secret.subarray(middle)] };
}

function checked({ path, file }: LockedKey, seed: Uint8Array): Uint8Array {
  if (!isSeedOf(file, seed)) throw new CliError('key.not-opened', { file: path });
  return seed;
}
