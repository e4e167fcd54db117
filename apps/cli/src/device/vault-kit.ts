import { makeVaultKeys, openRootKey, type VaultKeys } from '@enlace/client';
import { newRecoveryCode, wrapRootKey } from '@enlace/e2ee';
import { systemClock, systemRandom, type PersonId } from '@enlace/kernel';

/** A vault that was just made, and the code that opens it when every device is gone. The code is kept nowhere here. */
export interface VaultKit {
  readonly keys: VaultKeys;
  readonly code: string;
}

/**
 * A root key under the passphrase of the home and under a fresh recovery code, which is tried once on a copy of the
 * wraps. Costs what Argon2id is meant to cost.
 */
export function newVaultKit(personId: PersonId, passphrase: string): VaultKit {
  const { secret, text } = newRecoveryCode(systemRandom);
  const ways = [
    { kind: 'passphrase', passphrase },
    { kind: 'recovery', code: secret },
  ] as const;
  const keys = makeVaultKeys(ways, { personId, clock: systemClock, random: systemRandom });
  openRootKey(keys.wraps, { kind: 'recovery', code: secret }, personId);
  return { keys, code: text };
}

/** The same vault with one more recovery code, for a State that asks for more ways; it too is tried once. */
export function addRecoveryCode({ rootKey, wraps }: VaultKeys, personId: PersonId): VaultKit {
  const { secret, text } = newRecoveryCode(systemRandom);
  const making = { personId, clock: systemClock, random: systemRandom };
  const wrap = wrapRootKey(rootKey, { kind: 'recovery', code: secret }, making);
  openRootKey([wrap], { kind: 'recovery', code: secret }, personId);
  return { keys: { rootKey, wraps: [...wraps, wrap] }, code: text };
}
