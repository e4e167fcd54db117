import {
  canonicalJson,
  DomainError,
  isDomainError,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type Clock,
} from '@enlace/kernel';

import type { LocalStore } from '../store/local-store.js';

const TABLE = 'unlock';

/** Wrong secrets one after the other before there is a pause, and how long that is: twice as long each time. */
export const UNLOCK_LIMITS = {
  freeTries: 5,
  firstPauseMs: 30_000,
  longestPauseMs: 900_000,
} as const;

/** Too many wrong secrets one after the other: what is typed is not tried before the pause is over. */
class UnlockPaused extends DomainError {
  override readonly code = 'unlock.paused';
  override readonly kind = 'limit';

  constructor(pauseMs: number) {
    const retryAfterSeconds = Math.ceil(pauseMs / 1_000);
    super('too many secrets that did not open', { facts: { retryAfterSeconds } });
  }
}

/** Where tries of one thing are counted. */
export interface CountedTries {
  readonly store: LocalStore;
  readonly clock: Clock;
  /** What the secret opens: the store of a device, or the vault of a person. */
  readonly of: 'store' | 'vault';
}

interface Tries {
  readonly failed: number;
  readonly lastMs: number;
}

/**
 * Tries of a typed secret, limited on this device too (protocol.md, T14): for whoever sits before it, because whoever
 * has the sealed bytes tries elsewhere. A try counts before it is made, so that ending the program saves none. Throws
 * `unlock.paused` in a pause, and what `open` throws; only `vault.not-opened` counts as a wrong secret.
 */
export async function limitTries<Opened>(
  { store, clock, of }: CountedTries,
  open: () => Opened | Promise<Opened>,
): Promise<Opened> {
  const keep = async (tries: Tries) => store.put(TABLE, of, utf8(canonicalJson({ ...tries })));
  const before = await load(store, of);
  const nowMs = clock.nowMs();
  const leftMs = pauseLeft(before, nowMs);
  if (leftMs > 0) throw new UnlockPaused(leftMs);
  await keep({ failed: before.failed + 1, lastMs: nowMs });
  try {
    const opened = await open();
    await store.delete(TABLE, of);
    return opened;
  } catch (error) {
    // What could not be a secret at all, a mistyped code say, tells whoever types nothing.
    if (!isDomainError(error, 'vault.not-opened')) await keep(before);
    throw error;
  }
}

/** A clock that was put back makes no pause longer than it was. */
function pauseLeft({ failed, lastMs }: Tries, nowMs: number): number {
  const { freeTries, firstPauseMs, longestPauseMs } = UNLOCK_LIMITS;
  if (failed < freeTries) return 0;
  const pauseMs = Math.min(firstPauseMs * 2 ** (failed - freeTries), longestPauseMs);
  return Math.min(lastMs + pauseMs - nowMs, pauseMs);
}

/** What was damaged counts as nothing: nobody is locked out by a disk. */
async function load(store: LocalStore, of: CountedTries['of']): Promise<Tries> {
  const none = { failed: 0, lastMs: 0 };
  const bytes = await store.get(TABLE, of);
  if (bytes === null) return none;
  try {
    const value = parseStrictJson(parseUtf8(bytes));
    const { failed, lastMs } = isJsonObject(value) ? value : {};
    return typeof failed === 'number' && typeof lastMs === 'number' ? { failed, lastMs } : none;
  } catch {
    return none;
  }
}
