import {
  decodeEntry,
  decodeGrantBlob,
  isSealedKind,
  type ThreadStatement,
} from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';

import { GrantRefused } from '../../grants/grant-error.js';
import { namedKey, openGrant, type GrantedKey } from '../../grants/grant.js';
import { EntryRefused } from '../alerts.js';
import type { ThreadEffect } from '../receive/effects.js';
import { openSealed, type Opened } from '../receive/open-sealed.js';
import { findEpoch, withEpoch, type ThreadView } from './thread-view.js';

/** Keys of one incarnation: from a grant, or from the person's vault. */
export interface LateKeys {
  readonly incarnation: number;
  readonly keys: readonly { readonly epoch: number; readonly epochKey: Uint8Array }[];
}

/**
 * The view with keys that came apart from the log. Each is compared with the name that the log states, whoever gave it:
 * one that is not of its epoch discards all of them. Throws `grant.refused`.
 */
export function withLateKeys(view: ThreadView, { incarnation, keys }: LateKeys): ThreadView {
  let { epochs } = view;
  for (const { epoch, epochKey } of keys) {
    const place = { incarnation, epoch };
    const known = findEpoch(view, place);
    const stated = known?.epochKeyId ?? null;
    const key = namedKey(epochKey, { threadId: view.threadId, ...place }, stated);
    if (known !== null) epochs = withEpoch({ epochs }, { ...known, epochKey: key });
  }
  return { ...view, epochs };
}

/**
 * The keys of a grant whose entry was taken (effect `granted`), for `withLateKeys`; none when it is for somebody else.
 * Of history the view is the one that read the granted range. Throws `grant.refused`, alert `BAD_GRANT`.
 */
// Attacker-controlled: the blob, by the server and by the giver.
export function openGranted(
  view: ThreadView,
  blob: Uint8Array,
  {
    effect: { statement, grantHash },
    kemSeed,
  }: {
    readonly effect: Extract<ThreadEffect, { readonly kind: 'granted' }>;
    readonly kemSeed: Uint8Array;
  },
): LateKeys {
  const { incarnation } = incarnationOf(blob);
  if (statement.toPersonId !== view.self.personId) return { incarnation, keys: [] };
  const keys: readonly GrantedKey[] = openGrant(
    blob,
    { deviceId: view.self.deviceId, kemSeed },
    {
      scope: { ...scopeOf(statement), threadId: view.threadId, incarnation },
      grantHash,
      epochKeyIdOf: (epoch) => findEpoch(view, { incarnation, epoch })?.epochKeyId ?? null,
    },
  );
  return { incarnation, keys };
}

function scopeOf({ basis, fromEpoch, toEpoch }: ThreadStatement<'grant'>) {
  return { cause: basis === 'access' ? 'access' : 'history', fromEpoch, toEpoch } as const;
}

function incarnationOf(blob: Uint8Array): { readonly incarnation: number } {
  try {
    return decodeGrantBlob(blob);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new GrantRefused('form', { cause });
  }
}

/**
 * Opens an entry that was taken before its key was here: stored bytes, whose checks 1 to 7 the view has behind it. The
 * key is still missing: `key-pending`.
 */
export function openTaken(
  view: ThreadView,
  { seq, entry: bytes }: { readonly seq: number; readonly entry: Uint8Array },
): Opened {
  const entry = decodeEntry(bytes);
  const { header } = entry;
  const { kind } = header;
  if (!isSealedKind(kind)) throw new RangeError('a clear entry has nothing to open');
  const epochKey = findEpoch(view, header)?.epochKey ?? null;
  if (epochKey === null) {
    return { effect: { kind: 'placeholder', reason: 'key-pending' }, alerts: [] };
  }
  const floor = view.members?.state.policy.handlingFloor ?? 'EN0';
  try {
    const sealed = { ...entry, header: { ...header, kind } };
    return openSealed(sealed, { epochKey, seq, floor, persons: null });
  } catch (error) {
    if (!(error instanceof EntryRefused)) throw error;
    const alert = { kind: error.alert, facts: { seq, rule: String(error.facts['rule']) } };
    return { effect: { kind: 'placeholder', reason: 'damaged' }, alerts: [alert] };
  }
}
