import { parseWrap } from '@enlace/contracts';
import { openWrap, VaultNotOpened, wrapRootKey, type WrapSecret } from '@enlace/e2ee';
import { isDomainError, type Clock, type PersonId, type Random } from '@enlace/kernel';

const ROOT_KEY_BYTES = 32;

/** A root key and what opens it: made on a device, kept there until the server has it wrapped. */
export interface VaultKeys {
  readonly rootKey: Uint8Array;
  readonly wraps: readonly Uint8Array[];
}

/** One way to open a vault. A passkey brings the salt that it was evaluated with. */
export type VaultWay = WrapSecret & { readonly salt?: Uint8Array };

/** Whose keys, and what they are made of. */
export interface VaultMaking {
  readonly personId: PersonId;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * A fresh root key, wrapped for each way. Throws `RangeError` for fewer than two kinds of ways: whoever forgets a
 * passphrase or loses a passkey must not lose everything (protocol.md, section 9.1).
 */
export function makeVaultKeys(ways: readonly VaultWay[], making: VaultMaking): VaultKeys {
  if (new Set(ways.map(({ kind }) => kind)).size < 2) {
    throw new RangeError('a vault opens in two ways of different kinds');
  }
  const rootKey = making.random.bytes(ROOT_KEY_BYTES);
  const wraps = ways.map(({ salt, ...secret }) =>
    wrapRootKey(rootKey, secret, { ...making, ...(salt === undefined ? {} : { salt }) }),
  );
  return { rootKey, wraps };
}

/**
 * The root key by one of its ways: every wrap of that kind is tried. Throws `vault.not-opened` when none opens, the
 * same for a wrong secret and for changed bytes, and `vault.malformed` for a wrap that has not its form or costs too
 * little: nothing is derived for a server that plants one.
 */
export function openRootKey(
  wraps: readonly Uint8Array[],
  secret: WrapSecret,
  personId: PersonId,
): Uint8Array {
  const ofKind = wraps.filter((wrap) => parseWrap(wrap).kind === secret.kind);
  for (const wrap of ofKind) {
    try {
      return openWrap(wrap, secret, personId);
    } catch (error) {
      if (!isDomainError(error, 'vault.not-opened')) throw error;
    }
  }
  throw new VaultNotOpened('no wrap opens');
}

/** What a page asks the passkeys to be evaluated with, before it can open a vault by one of them. */
export function passkeySalts(wraps: readonly Uint8Array[]): readonly Uint8Array[] {
  const fields = wraps.map((wrap) => parseWrap(wrap));
  return fields.filter(({ kind }) => kind === 'passkey').map(({ salt }) => salt);
}
