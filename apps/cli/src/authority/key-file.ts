import {
  canonicalJson,
  concatBytes,
  equalBytes,
  isDomainError,
  parseBase64Url,
  systemRandom,
  toBase64Url,
  utf8,
  type JsonObject,
} from '@enlace/kernel';
import { REGIONAL_AUTHORITY, STATES, type StateCode } from '@enlace/contracts';
import { openWithPassphrase, sealWithPassphrase, type PassphraseCost } from '@enlace/e2ee';
import { label, publicKeyOf } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { CUSTODIANS, type Custodian } from './custody.js';

/** Keys of an authority work rarely and are worth everything: four times the memory of a device's key. */
const AUTHORITY_KEY_COST: PassphraseCost = { memoryKiB: 256 * 1024, passes: 3 };
const SEED_BYTES = 32;

/** What a key file says of itself without its passphrase; the passphrase vouches for it. */
export interface KeyFile {
  readonly v: 1;
  readonly kind: 'root' | 'root-share' | 'registrar';
  readonly state: StateCode;
  /** Base64url of the public key; of a share: of the whole root. */
  readonly publicKey: string;
  /** The custodian who holds a share, 0 for a whole key. */
  readonly custodian: Custodian | 0;
  readonly createdAt: string;
}

/** The text of a key file: what it says of itself, and its secret sealed under a passphrase with all of that. */
export function sealKeyFile(file: KeyFile, secret: Uint8Array, passphrase: string): string {
  const sealed = sealWithPassphrase(secret, passphrase, {
    context: contextOf(file),
    cost: AUTHORITY_KEY_COST,
    random: systemRandom,
  });
  return `${canonicalJson({ ...file, sealed: toBase64Url(sealed) })}\n`;
}

/** A key file that was read and not opened. */
export interface LockedKey {
  readonly path: string;
  readonly file: KeyFile;
  readonly sealed: Uint8Array;
}

/** Throws `input.malformed` for anything but a key file. */
export function readKeyFile(path: string): LockedKey {
  // Attacker-controlled: whoever can write to the folder or the stick. Opening it proves the rest.
  const text = readInputFile(path);
  const { sealed, ...file } = readJsonObject(path, text);
  if (!isKeyFile(file) || typeof sealed !== 'string') throw malformed(path, 'not-a-key-file');
  return { path, file, sealed: refusing(path, () => parseBase64Url(sealed)) };
}

/**
 * The secret of a key file. Throws `key.not-opened` for a wrong passphrase and for a changed file alike; a whole key is
 * compared with its public key as well.
 */
export function openKeyFile({ path, file, sealed }: LockedKey, passphrase: string): Uint8Array {
  try {
    const secret = openWithPassphrase(sealed, passphrase, contextOf(file));
    const length = file.kind === 'root-share' ? 2 * SEED_BYTES : SEED_BYTES;
    if (secret.length === length) return secret;
  } catch (cause) {
    if (isDomainError(cause, 'vault.malformed')) throw malformed(path, 'not-a-key-file', cause);
    throw new CliError('key.not-opened', { file: path }, { cause });
  }
  throw malformed(path, 'not-a-key-file');
}

/** Whether the seed is the one of the public key that the file names. */
export function isSeedOf({ publicKey }: KeyFile, seed: Uint8Array): boolean {
  return equalBytes(publicKeyOf(seed), parseBase64Url(publicKey));
}

function contextOf(file: KeyFile): Uint8Array {
  return concatBytes(label('enlace/key-file/v1'), utf8(canonicalJson({ ...file })));
}

const MEMBERS = 'createdAt,custodian,kind,publicKey,state,v';

function isKeyFile(value: JsonObject): value is JsonObject & KeyFile {
  const { v, kind, state, publicKey, custodian, createdAt } = value;
  const isShare = kind === 'root-share';
  return (
    Object.keys(value).toSorted().join() === MEMBERS &&
    v === 1 &&
    (isShare || kind === 'root' || kind === 'registrar') &&
    [...STATES, REGIONAL_AUTHORITY].some((each) => each === state) &&
    typeof publicKey === 'string' &&
    /^[\w-]{43}$/.test(publicKey) &&
    (isShare ? CUSTODIANS.some((each) => each === custodian) : custodian === 0) &&
    typeof createdAt === 'string'
  );
}
