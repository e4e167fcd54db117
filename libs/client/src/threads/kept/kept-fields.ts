import {
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseId,
  parseStrictJson,
  parseUtf8,
  type Branded,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import { StoreDamaged } from '../../store/sealed-store.js';

type Kept = JsonValue | undefined;

/** Reads what the store keeps of threads. Every method throws `store.damaged`. */
export const kept = {
  /** What was kept as canonical JSON, made into what it was by `read`. */
  value: <Result>(bytes: Uint8Array, read: (value: JsonObject) => Result): Result => {
    try {
      return read(kept.object(parseStrictJson(parseUtf8(bytes))));
    } catch (cause) {
      if (!isDomainError(cause) || cause instanceof StoreDamaged) throw cause;
      throw new StoreDamaged('not what is kept of a thread', { cause });
    }
  },
  object: (value: Kept): JsonObject => (isJsonObject(value) ? value : damaged()),
  list: <Item>(value: Kept, read: (item: JsonValue) => Item): readonly Item[] =>
    Array.isArray(value) ? value.map((item: JsonValue) => read(item)) : damaged(),
  text: (value: Kept): string => (typeof value === 'string' ? value : damaged()),
  count: (value: Kept): number => (typeof value === 'number' && value >= 0 ? value : damaged()),
  flag: (value: Kept): boolean => (typeof value === 'boolean' ? value : damaged()),
  id: <Id extends Branded<string, string>>(value: Kept): Id => parseId<Id>(kept.text(value)),
  bytes: (value: Kept): Uint8Array => parseBase64Url(kept.text(value)),
  orNull: <Result>(value: Kept, read: (value: JsonValue) => Result): Result | null =>
    value === null ? null : read(value ?? damaged()),
};

function damaged(): never {
  throw new StoreDamaged('not what is kept of a thread');
}
