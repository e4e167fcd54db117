import type { z } from 'zod';

import { canonicalJson, groupDigits, parseStrictJson, toCrockford, utf8 } from '@enlace/kernel';

import { sodium } from '../sodium.js';
import { trustStore } from '../statements/authority-bodies.js';
import { TrustStoreRefused } from '../trust-error.js';

/** Where trust begins: the roots, the directory log's key and the witness policy of one deployment. */
export type TrustStore = Readonly<z.infer<typeof trustStore>>;

/** `trust-store.json` measures at most this. */
export const TRUST_STORE_LIMIT_BYTES = 64 * 1024;
const FINGERPRINT_BYTES = 16;

/**
 * Reads `trust-store.json`: canonical JSON, complete, each State, key and origin once. Throws `trust-store.refused`.
 */
export function parseTrustStore(text: string): TrustStore {
  if (utf8(text).length > TRUST_STORE_LIMIT_BYTES) throw new TrustStoreRefused('size');
  const parsed = trustStore.safeParse(readCanonical(text));
  if (!parsed.success) throw new TrustStoreRefused('form');
  const { roots, audit, directory } = parsed.data;
  assertDistinct(
    roots.map(({ state }) => state),
    'state-twice',
  );
  assertDistinct(
    roots.map(({ rootKey }) => rootKey),
    'key-twice',
  );
  assertDistinct([directory.origin, ...audit.map(({ origin }) => origin)], 'origin-twice');
  const vkeys = parsed.data.releases?.vkeys ?? [];
  // What stands after name and id is the key itself.
  assertDistinct(
    vkeys.map((vkey) => vkey.replace(/^[^+]+\+[^+]+\+/, '')),
    'key-twice',
  );
  if (vkeys.length < (parsed.data.releases?.threshold ?? 0)) {
    throw new TrustStoreRefused('release-threshold');
  }
  return parsed.data;
}

/** The 16 bytes that every invitation prints, so that a device compares its trust store with paper. */
export function trustStoreFingerprint(text: string): Uint8Array {
  return sodium.crypto_hash_sha256(utf8(text)).subarray(0, FINGERPRINT_BYTES);
}

/** A fingerprint in groups of four base32 digits, as screens show it. */
export function formatFingerprint(fingerprint: Uint8Array): string {
  return groupDigits(toCrockford(fingerprint));
}

function readCanonical(text: string): unknown {
  try {
    const value = parseStrictJson(text);
    if (canonicalJson(value) === text) return value;
  } catch (cause) {
    throw new TrustStoreRefused('form', { cause });
  }
  throw new TrustStoreRefused('not-canonical');
}

function assertDistinct(values: readonly string[], rule: string): void {
  if (new Set(values).size !== values.length) throw new TrustStoreRefused(rule);
}
