import { VAULT_ITEM_OVERHEAD_BYTES, VAULT_ITEM_TYPES } from '@enlace/contracts';
import {
  concatBytes,
  equalBytes,
  idBytes,
  sha256,
  u64be,
  utf8,
  type PersonId,
  type Random,
  type ThreadId,
} from '@enlace/kernel';

import { keyedHash, label, sodium } from '../sodium.js';
import { VaultMalformed, VaultNotOpened } from './vault-error.js';

/** Epochs whose keys share one item, so that one small write keeps a new epoch. */
export const EPOCHS_PER_ITEM = 64;
/** The server's half of the key that seals a thread's epoch keys; destroying it destroys them (protocol.md, 10.2). */
const SHRED_HALF_BYTES = 32;
const HEAD_BYTES = 64;
const NONCE_BYTES = 24;
/** What is sent with one write is at most 4 MiB; no item is larger. In bytes. */
export const VAULT_WRITE_LIMIT_BYTES = 4 * 1024 * 1024;

/** What an item is about. The server sees a keyed hash of it, so that it learns no thread from the vault. */
export type VaultItemName =
  | { readonly type: 'person-key' }
  | {
      readonly type: 'epoch-keys';
      readonly threadId: ThreadId;
      /** Any epoch whose keys are in the item. */
      readonly epoch: number;
      readonly shredHalf: Uint8Array;
    }
  | { readonly type: 'pins' | 'heads' | 'settings'; readonly name: string };

/** The same without the half of the server: enough to find an item, and not to open it. */
export type VaultItemRef =
  | Exclude<VaultItemName, { readonly type: 'epoch-keys' }>
  | Omit<Extract<VaultItemName, { readonly type: 'epoch-keys' }>, 'shredHalf'>;

/** Whose item it is, and which of its versions. */
export interface VaultItemPlace {
  readonly rootKey: Uint8Array;
  readonly personId: PersonId;
  /** From 1; each write of the same item has the next. The head of the vault says which one is in force. */
  readonly version: number;
}

/** Where the server keeps the item: 32 bytes that say nothing without the root key. */
export function vaultItemId(rootKey: Uint8Array, name: VaultItemRef): Uint8Array {
  return keyedHash(
    rootKey,
    label('enlace/vault-item-id/v1'),
    Uint8Array.of(VAULT_ITEM_TYPES[name.type]),
    naturalKey(name),
  );
}

/** What is kept beside the keys of a thread of the half that seals them: another half is told apart from a lost one. */
export function shredHalfHash(threadId: ThreadId, half: Uint8Array): Uint8Array {
  return sha256(concatBytes(label('enlace/shred/v1'), idBytes(threadId), half));
}

/** Seals one item. Throws `vault.malformed` when it is longer than a write may be. */
export function sealVaultItem(
  content: Uint8Array,
  name: VaultItemName,
  { random, ...place }: VaultItemPlace & { readonly random: Random },
): Uint8Array<ArrayBuffer> {
  if (content.length > VAULT_WRITE_LIMIT_BYTES - VAULT_ITEM_OVERHEAD_BYTES) {
    throw new VaultMalformed('the item is too long');
  }
  const head = headOf(name, place);
  const nonce = random.bytes(NONCE_BYTES);
  const key = keyOf(place.rootKey, name);
  const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(content, head, null, nonce, key);
  sodium.memzero(key);
  return concatBytes(head, nonce, box);
}

/**
 * The content of an item. Throws `vault.malformed` when it is not the item and version that was asked for, and
 * `vault.not-opened` when its box does not open.
 */
// Attacker-controlled: the server hands out items. What they are is compared with what was asked for, not read.
export function openVaultItem(
  item: Uint8Array,
  name: VaultItemName,
  place: VaultItemPlace,
): Uint8Array {
  const isLong = item.length > VAULT_WRITE_LIMIT_BYTES;
  if (isLong || item.length < VAULT_ITEM_OVERHEAD_BYTES) {
    throw new VaultMalformed('the item has an impossible length');
  }
  const head = headOf(name, place);
  if (!equalBytes(item.subarray(0, HEAD_BYTES), head)) {
    throw new VaultMalformed('not the item that was asked for');
  }
  const key = keyOf(place.rootKey, name);
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      item.subarray(HEAD_BYTES + NONCE_BYTES),
      head,
      item.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES),
      key,
    );
  } catch (cause) {
    throw new VaultNotOpened('the item does not open', { cause });
  } finally {
    sodium.memzero(key);
  }
}

function headOf(name: VaultItemName, { rootKey, personId, version }: VaultItemPlace): Uint8Array {
  if (version < 1) throw new RangeError('versions of an item begin at 1');
  return concatBytes(
    Uint8Array.of(1, VAULT_ITEM_TYPES[name.type], 0, 0, 0, 0, 0, 0),
    idBytes(personId),
    vaultItemId(rootKey, name),
    u64be(version),
  );
}

function keyOf(rootKey: Uint8Array, name: VaultItemName): Uint8Array {
  const subkey = keyedHash(rootKey, label(`enlace/vault-sub/${name.type}/v1`));
  if (name.type !== 'epoch-keys') return subkey;
  if (name.shredHalf.length !== SHRED_HALF_BYTES) {
    throw new VaultMalformed("the server's half has another length");
  }
  const threadId = idBytes(name.threadId);
  const key = keyedHash(subkey, label('enlace/vault-epoch/v1'), threadId, name.shredHalf);
  sodium.memzero(subkey);
  return key;
}

function naturalKey(name: VaultItemRef): Uint8Array {
  switch (name.type) {
    case 'person-key':
      return new Uint8Array();
    case 'epoch-keys':
      return concatBytes(idBytes(name.threadId), u64be(Math.floor(name.epoch / EPOCHS_PER_ITEM)));
    case 'pins':
    case 'heads':
    case 'settings':
      return utf8(name.name);
  }
}
