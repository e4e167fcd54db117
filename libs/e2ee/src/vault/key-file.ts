import { REGIONAL_AUTHORITY, STATES, type PassphraseCost, type StateCode } from '@enlace/contracts';
import {
  canonicalJson,
  concatBytes,
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  systemRandom,
  toBase64Url,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { label, publicKeyOf } from '@enlace/trust';

import { openWithPassphrase, sealWithPassphrase } from './passphrase-box.js';
import { KeyFileMalformed } from './vault-error.js';

/** Keys of an authority work rarely and are worth everything: four times the memory of a device's key. */
const AUTHORITY_KEY_COST: PassphraseCost = { memoryKiB: 256 * 1024, passes: 3 };
const SEED_BYTES = 32;
const KINDS = ['root', 'root-share', 'registrar', 'release'] as const;
const CUSTODIANS = [1, 2, 3] as const;
const MEMBERS = 'createdAt,custodian,kind,publicKey,state,v';

/** What a key file says of itself without its passphrase; the passphrase vouches for it. */
export interface KeyFile {
  readonly v: 1;
  readonly kind: (typeof KINDS)[number];
  readonly state: StateCode;
  /** Base64url of the public key; of a share: of the whole root. */
  readonly publicKey: string;
  /** The custodian who holds a share, 0 for a whole key. */
  readonly custodian: (typeof CUSTODIANS)[number] | 0;
  readonly createdAt: string;
}

/** A key file that was read and not opened. */
export interface LockedKeyFile {
  readonly file: KeyFile;
  readonly sealed: Uint8Array;
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

/** Throws `key.malformed` for anything but a key file. */
// Attacker-controlled: whoever can write to the folder or the stick. Opening it proves the rest.
export function parseKeyFile(text: string): LockedKeyFile {
  try {
    const { sealed, ...file } = objectIn(parseStrictJson(text));
    if (isKeyFile(file) && typeof sealed === 'string') {
      return { file, sealed: parseBase64Url(sealed) };
    }
  } catch (cause) {
    throw isDomainError(cause) ? new KeyFileMalformed('not a key file', { cause }) : cause;
  }
  throw new KeyFileMalformed('not a key file');
}

/**
 * The secret of a key file. Throws `vault.not-opened` for a wrong passphrase and for a changed file alike, and
 * `key.malformed`. Whether a whole key is the one that the file names is for `isSeedOf`.
 */
export function openKeyFile({ file, sealed }: LockedKeyFile, passphrase: string): Uint8Array {
  let secret: Uint8Array;
  try {
    secret = openWithPassphrase(sealed, passphrase, contextOf(file));
  } catch (cause) {
    if (!isDomainError(cause, 'vault.malformed')) throw cause;
    throw new KeyFileMalformed('not a sealed key', { cause });
  }
  const length = file.kind === 'root-share' ? 2 * SEED_BYTES : SEED_BYTES;
  if (secret.length !== length) throw new KeyFileMalformed('not a key');
  return secret;
}

/** Whether the seed is the one of the public key that the file names. */
export function isSeedOf({ publicKey }: KeyFile, seed: Uint8Array): boolean {
  return equalBytes(publicKeyOf(seed), parseBase64Url(publicKey));
}

function contextOf(file: KeyFile): Uint8Array {
  return concatBytes(label('enlace/key-file/v1'), utf8(canonicalJson({ ...file })));
}

function objectIn(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isKeyFile(value: JsonObject): value is JsonObject & KeyFile {
  const { v, kind, state, publicKey, custodian, createdAt } = value;
  const isShare = kind === 'root-share';
  return (
    Object.keys(value).toSorted().join() === MEMBERS &&
    v === 1 &&
    KINDS.some((each) => each === kind) &&
    [...STATES, REGIONAL_AUTHORITY].some((each) => each === state) &&
    typeof publicKey === 'string' &&
    /^[\w-]{43}$/.test(publicKey) &&
    (isShare ? CUSTODIANS.some((each) => each === custodian) : custodian === 0) &&
    typeof createdAt === 'string'
  );
}
