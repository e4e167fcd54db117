import { StoreDamaged, type LocalStore, type OpenedSession } from '@enlace/client';
import {
  canonicalJson,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
} from '@enlace/kernel';

const TABLE = 'session';
const KEY = 'current';

/** A session between two commands: its token, and the seed of the key without which the token is worth nothing. */
export interface StoredSession {
  readonly token: string;
  readonly ath: string;
  readonly nonce: string;
  readonly sessionId: string;
  readonly endsAt: string;
  readonly seed: Uint8Array;
}

export async function saveSession(
  store: LocalStore,
  { token, ath, nonce, sessionId, endsAt }: OpenedSession,
  seed: Uint8Array,
): Promise<void> {
  const text = canonicalJson({ token, ath, nonce, sessionId, endsAt, seed: toBase64Url(seed) });
  await store.put(TABLE, KEY, utf8(text));
}

export async function forgetSession(store: LocalStore): Promise<void> {
  await store.delete(TABLE, KEY);
}

/** Null when nobody has signed in. Throws `store.damaged`. */
export async function loadSession(store: LocalStore): Promise<StoredSession | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  const read = isJsonObject(value) ? value : {};
  const text = (name: string): string => {
    const member = read[name];
    if (typeof member !== 'string') throw new StoreDamaged('not a session');
    return member;
  };
  return {
    token: text('token'),
    ath: text('ath'),
    nonce: text('nonce'),
    sessionId: text('sessionId'),
    endsAt: text('endsAt'),
    seed: parseBase64Url(text('seed')),
  };
}
