import type { VaultItemName } from '@enlace/e2ee';
import {
  canonicalJson,
  DomainError,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonValue,
} from '@enlace/kernel';

/** The names that a vault lists of itself; keys of epochs come with the threads. */
export type ListedName = Exclude<VaultItemName, { readonly type: 'epoch-keys' }>;

/**
 * Ids say nothing, so a vault has an item with the names of all others: another root key can only seal again what
 * somebody knows the name of.
 */
export const NAMES_ITEM: ListedName = { type: 'settings', name: 'names' };

/** What a vault holds by its own account is not what is sealed in it. */
export class VaultIncomplete extends DomainError {
  override readonly code = 'vault.incomplete';
  override readonly kind = 'integrity';
}

export function encodeNames(names: readonly ListedName[]): Uint8Array {
  return utf8(canonicalJson({ v: 1, names: names.map((name) => ({ ...name })) }));
}

/** Throws `vault.incomplete` for another form. */
export function decodeNames(bytes: Uint8Array): readonly ListedName[] {
  const value = parseStrictJson(parseUtf8(bytes));
  const { v, names } = isJsonObject(value) ? value : {};
  if (v !== 1 || !Array.isArray(names)) throw new VaultIncomplete('not a list of names');
  return names.map(readName);
}

export function isSameName(a: VaultItemName, b: VaultItemName): boolean {
  return canonicalJson({ ...readKey(a) }) === canonicalJson({ ...readKey(b) });
}

function readKey(name: VaultItemName): { readonly type: string; readonly name: string } {
  return { type: name.type, name: 'name' in name ? name.name : '' };
}

function readName(value: JsonValue): ListedName {
  const { type, name } = isJsonObject(value) ? value : {};
  if (type === 'person-key' && name === undefined) return { type };
  const isNamed = type === 'pins' || type === 'heads' || type === 'settings';
  if (!isNamed || typeof name !== 'string') throw new VaultIncomplete('not a name of an item');
  return { type, name };
}
