import type { KnownEpoch, ThreadView } from '@enlace/e2ee';
import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import { VaultIncomplete } from '../../vault/vault-names.js';

const KEY_BYTES = 32;
const HASH_BYTES = 32;

/** The key of an epoch, as the vault holds it. */
export interface KeptKey {
  readonly incarnation: number;
  readonly epoch: number;
  readonly epochKey: Uint8Array;
}

/** How far a thread was read by a device of the person, and which half of the server opens its keys. */
export interface KeptHead {
  readonly seq: number;
  /** Where that device began to read; the person is shown nothing before it. */
  readonly startSeq: number;
  readonly chain: Uint8Array;
  readonly halfHash: Uint8Array;
}

/** Keys of a view that are here. */
export function keysOf({ epochs }: Pick<ThreadView, 'epochs'>): readonly KeptKey[] {
  return [...epochs.values()].flatMap(({ incarnation, epoch, epochKey }: KnownEpoch) =>
    epochKey === null ? [] : [{ incarnation, epoch, epochKey }],
  );
}

/**
 * What an item of keys becomes with more of them. Of one epoch it may hold several: a device that was shown another
 * log has another key, and which one is right is said by the log that a reader follows.
 */
export function withKeys(before: Uint8Array | null, more: readonly KeptKey[]): Uint8Array {
  const known = before === null ? [] : decodeKeys(before);
  const all = new Map([...known, ...more].map((key) => [canonicalJson(keyAsJson(key)), key]));
  const sorted = [...all.values()].toSorted(
    (a, b) => a.incarnation - b.incarnation || a.epoch - b.epoch,
  );
  return utf8(canonicalJson({ v: 1, keys: sorted.map(keyAsJson) }));
}

/** Throws `vault.incomplete` for another form. */
export function decodeKeys(bytes: Uint8Array): readonly KeptKey[] {
  return reading(bytes, ({ keys }) => {
    if (!Array.isArray(keys)) return refuse();
    return keys.map((value: JsonValue) => {
      const { incarnation, epoch, epochKey } = isJsonObject(value) ? value : {};
      return {
        incarnation: countOf(incarnation),
        epoch: countOf(epoch),
        epochKey: bytesOf(epochKey, KEY_BYTES),
      };
    });
  });
}

export function encodeHead({ seq, startSeq, chain, halfHash }: KeptHead): Uint8Array {
  const hashes = { chain: toBase64Url(chain), halfHash: toBase64Url(halfHash) };
  return utf8(canonicalJson({ v: 1, seq, startSeq, ...hashes }));
}

/** Throws `vault.incomplete` for another form. */
export function decodeHead(bytes: Uint8Array): KeptHead {
  return reading(bytes, ({ seq, startSeq, chain, halfHash }) => ({
    seq: countOf(seq),
    startSeq: countOf(startSeq),
    chain: bytesOf(chain, HASH_BYTES),
    halfHash: bytesOf(halfHash, HASH_BYTES),
  }));
}

function keyAsJson({ incarnation, epoch, epochKey }: KeptKey): JsonObject {
  return { incarnation, epoch, epochKey: toBase64Url(epochKey) };
}

function reading<Result>(bytes: Uint8Array, read: (value: JsonObject) => Result): Result {
  try {
    const value = parseStrictJson(parseUtf8(bytes));
    return isJsonObject(value) && value['v'] === 1 ? read(value) : refuse();
  } catch (cause) {
    if (!isDomainError(cause) || cause instanceof VaultIncomplete) throw cause;
    throw new VaultIncomplete('not what is kept of a thread', { cause });
  }
}

function countOf(value: JsonValue | undefined): number {
  const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return isCount ? value : refuse();
}

function bytesOf(value: JsonValue | undefined, length: number): Uint8Array {
  const bytes = typeof value === 'string' ? parseBase64Url(value) : refuse();
  return bytes.length === length ? bytes : refuse();
}

function refuse(): never {
  throw new VaultIncomplete('not what is kept of a thread');
}
