import { concatBytes, idBytes, toBase64Url, utf8, type PersonId } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';

import { label, sodium } from '../sodium.js';

/** Who a safety number speaks of. `firstRootKey` is the root of serial 1, so that root rotations change nothing. */
export interface SafetySubject {
  readonly state: StateCode;
  readonly personId: PersonId;
  readonly firstRootKey: Uint8Array;
  readonly identityKey: Uint8Array;
}

const HASH_BYTES_SHOWN = 30;
const BYTES_PER_GROUP = 5;
const GROUP_MODULUS = 100_000;

/** Sixty digits that two persons compare aloud, and the text behind the QR code; the same on both sides. */
export function safetyNumber(
  one: SafetySubject,
  other: SafetySubject,
): { readonly digits: string; readonly code: string } {
  const sides = [one, other]
    .map((subject) => ({ hash: safetyHash(subject) }))
    .map(({ hash }) => ({ hash, groups: digitGroups(hash, HASH_BYTES_SHOWN) }))
    .toSorted((a, b) => (a.groups.join('') < b.groups.join('') ? -1 : 1));
  return {
    digits: sides.flatMap(({ groups }) => groups).join(' '),
    code: `enlace-safety:1:${toBase64Url(concatBytes(...sides.map(({ hash }) => hash)))}`,
  };
}

/** Sixty digits that registrar and person compare before a person-cert is signed: the keys are the person's own. */
export function claimCheckDigits(identityKey: Uint8Array, signKey: Uint8Array): string {
  const hash = sodium.crypto_hash_sha512(
    concatBytes(label('enlace/claim-check/v1'), identityKey, signKey),
  );
  return digitGroups(hash, 2 * HASH_BYTES_SHOWN).join(' ');
}

function safetyHash({ state, personId, firstRootKey, identityKey }: SafetySubject): Uint8Array {
  return sodium.crypto_hash_sha512(
    concatBytes(
      label('enlace/safety/v1'),
      utf8(state),
      idBytes(personId),
      firstRootKey,
      identityKey,
    ),
  );
}

function digitGroups(hash: Uint8Array, shownBytes: number): string[] {
  return Array.from({ length: shownBytes / BYTES_PER_GROUP }, (_, group) => {
    const bytes = hash.subarray(group * BYTES_PER_GROUP, (group + 1) * BYTES_PER_GROUP);
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return String(value % GROUP_MODULUS).padStart(5, '0');
  });
}
