import {
  canonicalJson,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import type { KnownVault } from '@enlace/e2ee';
import type { VaultHead } from '@enlace/trust';

import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';

const TABLE = 'vault';
const KEY = 'known';

/** The newest vault that this device has seen. Throws `store.damaged`. */
export async function loadKnownVault(store: LocalStore): Promise<KnownVault | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  const { counter, root, wrapsHash } = isJsonObject(value) ? value : {};
  const isWhole = typeof root === 'string' && typeof wrapsHash === 'string';
  if (typeof counter !== 'number' || !isWhole) throw new StoreDamaged('not the head of a vault');
  return { counter, root: parseBase64Url(root), wrapsHash: parseBase64Url(wrapsHash) };
}

/**
 * Kept before anything of the vault is used: what was seen once is never unseen, also where a vault that was asked for
 * before comes after one that was written meanwhile.
 */
export async function keepKnownVault(
  store: LocalStore,
  { counter, root, wrapsHash }: Pick<VaultHead, keyof KnownVault>,
): Promise<void> {
  const known = await loadKnownVault(store);
  if (known !== null && known.counter > counter) return;
  const text = canonicalJson({
    counter,
    root: toBase64Url(root),
    wrapsHash: toBase64Url(wrapsHash),
  });
  await store.put(TABLE, KEY, utf8(text));
}
