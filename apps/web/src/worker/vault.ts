import {
  describeWrap,
  openVaultItem,
  openWrap,
  readRecoveryCode,
  sealVaultItem,
  VaultNotOpened,
  wrapRootKey,
  type WrapSecret,
} from '@enlace/e2ee';
import {
  isDomainError,
  parseBase64Url,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type PersonId,
} from '@enlace/kernel';

import type { DeviceProfile } from './device-profile.js';

const PERSON_KEY = { type: 'person-key' } as const;

/** The profile with one more way to open its vault; a way of the same kind, save a passkey's, is replaced. */
export function withWrap(known: DeviceProfile, secret: WrapSecret): DeviceProfile {
  const personId = personOf(known);
  const wrap = wrapRootKey(parseBase64Url(known.rootKey ?? ''), secret, {
    personId,
    clock: systemClock,
    random: systemRandom,
    ...(secret.kind === 'passkey' ? { salt: parseBase64Url(known.prfSalt) } : {}),
  });
  const isReplaced = (text: string): boolean =>
    secret.kind !== 'passkey' && kindOf(text) === secret.kind;
  const kept = known.wraps.filter((text) => !isReplaced(text));
  return { ...known, wraps: [...kept, toBase64Url(wrap)] };
}

export function hasWrap(known: DeviceProfile, kind: WrapSecret['kind']): boolean {
  return known.wraps.some((text) => kindOf(text) === kind);
}

/** The root key by one of the ways of that kind. Throws `vault.not-opened` when none of them opens. */
export function openRootKey(known: DeviceProfile, secret: WrapSecret): Uint8Array {
  for (const text of known.wraps.filter((each) => kindOf(each) === secret.kind)) {
    try {
      return openWrap(parseBase64Url(text), secret, personOf(known));
    } catch (error) {
      if (!isDomainError(error, 'vault.not-opened')) throw error;
    }
  }
  throw new VaultNotOpened('no wrap opens');
}

/** What a person typed or a passkey gave, as the secret of a wrap. Throws `vault.malformed` for a mistyped code. */
export function typedSecret(kind: 'passphrase' | 'recovery', typed: string): WrapSecret {
  return kind === 'passphrase'
    ? { kind, passphrase: typed }
    : { kind, code: readRecoveryCode(typed).secret };
}

/** The profile after its ceremony: the identity key lies in the vault, and the root key nowhere but under its wraps. */
export function withSealedIdentity(known: DeviceProfile): DeviceProfile {
  const place = placeOf(known, parseBase64Url(known.rootKey ?? ''));
  const item = sealVaultItem(parseBase64Url(known.identitySeed ?? ''), PERSON_KEY, {
    ...place,
    random: systemRandom,
  });
  return { ...known, personKey: toBase64Url(item), identitySeed: null, rootKey: null };
}

/** The seed of the identity key. Throws `vault.not-opened`. */
export function openIdentity(known: DeviceProfile, rootKey: Uint8Array): Uint8Array {
  const item = parseBase64Url(known.personKey ?? '');
  return openVaultItem(item, PERSON_KEY, placeOf(known, rootKey));
}

function placeOf(known: DeviceProfile, rootKey: Uint8Array) {
  return { rootKey, personId: personOf(known), version: 1 };
}

function personOf({ personId }: DeviceProfile): PersonId {
  return parseId(personId ?? '');
}

function kindOf(wrap: string): WrapSecret['kind'] {
  return describeWrap(parseBase64Url(wrap)).kind;
}
