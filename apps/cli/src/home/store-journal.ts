import { StoreDamaged, type StoreChange } from '@enlace/client';
import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
  type JsonValue,
} from '@enlace/kernel';

/** Changes of a store as one file; their values are sealed already. */
export function encodeJournal(changes: readonly StoreChange[]): Uint8Array {
  const listed = changes.map(({ table, key, value }) => ({
    table,
    key,
    value: value === null ? null : toBase64Url(value),
  }));
  return utf8(canonicalJson({ v: 1, changes: listed }));
}

/** Throws `store.damaged`: a journal has its name only when it is whole. */
export function decodeJournal(bytes: Uint8Array): readonly StoreChange[] {
  try {
    const journal = parseStrictJson(parseUtf8(bytes));
    const { v, changes } = isJsonObject(journal) ? journal : {};
    if (v !== 1 || !Array.isArray(changes)) throw new StoreDamaged('not a journal');
    return changes.map(readChange);
  } catch (cause) {
    if (!isDomainError(cause) || cause instanceof StoreDamaged) throw cause;
    throw new StoreDamaged('not a journal', { cause });
  }
}

function readChange(listed: JsonValue): StoreChange {
  const { table, key, value } = isJsonObject(listed) ? listed : {};
  if (typeof table !== 'string' || typeof key !== 'string') throw new StoreDamaged('not a journal');
  if (value === null) return { table, key, value };
  if (typeof value !== 'string') throw new StoreDamaged('not a journal');
  return { table, key, value: parseBase64Url(value) };
}
