import { EPOCHS_PER_ITEM, type VaultItemRef } from '@enlace/e2ee';
import {
  canonicalJson,
  DomainError,
  isDomainError,
  isJsonObject,
  parseId,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

/** The names that a vault lists of itself. What opens the keys of a thread is with the server, and no name. */
export type ListedName = VaultItemRef;

/**
 * Ids say nothing, so a vault has an item with the names of all others: another root key can only seal again what
 * somebody knows the name of.
 */
export const NAMES_ITEM = { type: 'settings', name: 'names' } as const satisfies ListedName;

/** What a vault holds by its own account is not what is sealed in it. */
export class VaultIncomplete extends DomainError {
  override readonly code = 'vault.incomplete';
  override readonly kind = 'integrity';
}

export function encodeNames(names: readonly ListedName[]): Uint8Array {
  return utf8(canonicalJson({ v: 1, names: names.map(asListed) }));
}

/** Throws `vault.incomplete` for another form. */
export function decodeNames(bytes: Uint8Array): readonly ListedName[] {
  const value = parseStrictJson(parseUtf8(bytes));
  const { v, names } = isJsonObject(value) ? value : {};
  if (v !== 1 || !Array.isArray(names)) throw new VaultIncomplete('not a list of names');
  return names.map(readName);
}

export function isSameName(a: ListedName, b: ListedName): boolean {
  return canonicalJson(asListed(a)) === canonicalJson(asListed(b));
}

/** Of all epochs whose keys share an item the first one stands for it. */
function asListed(name: ListedName): JsonObject {
  switch (name.type) {
    case 'person-key':
      return { type: name.type };
    case 'epoch-keys': {
      const { type, threadId, epoch } = name;
      return { type, threadId, epoch: epoch - (epoch % EPOCHS_PER_ITEM) };
    }
    case 'pins':
    case 'heads':
    case 'settings':
      return { type: name.type, name: name.name };
  }
}

function readName(value: JsonValue): ListedName {
  const { type, name, threadId, epoch } = isJsonObject(value) ? value : {};
  if (type === 'epoch-keys') return readKeysName(threadId, epoch);
  if (type === 'person-key' && name === undefined) return { type };
  const isNamed = type === 'pins' || type === 'heads' || type === 'settings';
  if (!isNamed || typeof name !== 'string') throw new VaultIncomplete('not a name of an item');
  return { type, name };
}

function readKeysName(threadId: JsonValue | undefined, epoch: JsonValue | undefined): ListedName {
  const isCount = typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch >= 0;
  if (typeof threadId !== 'string' || !isCount) throw new VaultIncomplete('not a name of an item');
  try {
    return { type: 'epoch-keys', threadId: parseId<ThreadId>(threadId), epoch };
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new VaultIncomplete('not a name of an item', { cause });
  }
}
