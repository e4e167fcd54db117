import {
  concatBytes,
  equalBytes,
  groupDigits,
  parseCrockford,
  readCrockfordDigits,
  toCrockford,
  type Random,
} from '@enlace/kernel';

import { label, sodium } from '../sodium.js';
import { VaultMalformed } from './vault-error.js';

const SECRET_BYTES = 20;
const SECRET_DIGITS = 32;
const CHECK_DIGITS = 4;
const DIGITS_PER_GROUP = 4;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split('');

/** The 160 bits behind a recovery code. Whoever has them and the wrap opens the vault. */
export interface RecoveryCode {
  readonly secret: Uint8Array;
  /** Nine groups of four, as shown once and printed. */
  readonly text: string;
}

export function newRecoveryCode(random: Random): RecoveryCode {
  const secret = random.bytes(SECRET_BYTES);
  const digits = toCrockford(secret);
  return { secret, text: groupDigits(digits + checkDigits(digits)) };
}

/**
 * Reads a typed code, tolerant of case, spaces, dashes and look-alikes. Throws `vault.malformed`; when a single wrong,
 * or two swapped neighbouring characters explain the failure, `facts.group` (1 to 9) names the group to look at.
 */
export function readRecoveryCode(typed: string): RecoveryCode {
  const digits = readCrockfordDigits(typed);
  if (digits.length !== SECRET_DIGITS + CHECK_DIGITS) {
    throw new VaultMalformed('a recovery code has 36 characters', {
      facts: { expected: SECRET_DIGITS + CHECK_DIGITS, found: digits.length },
    });
  }
  if (!isSound(digits)) {
    const group = suspectGroup(digits);
    throw new VaultMalformed('the check of the recovery code fails', {
      facts: group === null ? {} : { group },
    });
  }
  return { secret: parseCrockford(digits.slice(0, SECRET_DIGITS)), text: groupDigits(digits) };
}

/** Compares two codes without telling where they differ. */
export function isSameRecoveryCode(a: RecoveryCode, b: RecoveryCode): boolean {
  return equalBytes(a.secret, b.secret);
}

function checkDigits(secretDigits: string): string {
  const hash = sodium.crypto_hash_sha256(
    concatBytes(label('enlace/recovery-check/v1'), parseCrockford(secretDigits)),
  );
  return toCrockford(hash).slice(0, CHECK_DIGITS);
}

function isSound(digits: string): boolean {
  return checkDigits(digits.slice(0, SECRET_DIGITS)) === digits.slice(SECRET_DIGITS);
}

// About 1,150 candidates against a check of 20 bits: a wrong group is named for one failed code in a thousand.
function suspectGroup(digits: string): number | null {
  for (let at = 0; at < digits.length; at += 1) {
    const swapped = swapWithNext(digits, at);
    const candidates = ALPHABET.map((digit) => replaceAt(digits, at, digit));
    if ([...candidates, swapped].some(isSound)) return Math.floor(at / DIGITS_PER_GROUP) + 1;
  }
  return null;
}

function replaceAt(text: string, at: number, digit: string): string {
  return text.slice(0, at) + digit + text.slice(at + 1);
}

function swapWithNext(text: string, at: number): string {
  return (
    text.slice(0, at) +
    text
      .slice(at, at + 2)
      .split('')
      .toReversed()
      .join('') +
    text.slice(at + 2)
  );
}
