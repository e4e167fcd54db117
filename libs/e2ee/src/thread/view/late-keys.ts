import {
  decodeEntry,
  decodeGrantBlob,
  isSealedKind,
  type ThreadStatement,
} from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';

import { GrantRefused } from '../../grants/grant-error.js';
import { namedKey, openGrant, type GrantedKey } from '../../grants/grant.js';
import { EntryRefused, type Reason, type ThreadAlert } from '../alerts.js';
import type { ThreadEffect } from '../receive/effects.js';
import { openSealed, type Opened } from '../receive/open-sealed.js';
import { isForNamed, namedAfter } from './named-epochs.js';
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
  const { cause, ...range } = scopeOf(statement);
  if (cause === 'history' && isForNamed(view, { incarnation, ...range })) {
    throw new GrantRefused('named-recipients');
  }
  const keys: readonly GrantedKey[] = openGrant(
    blob,
    { deviceId: view.self.deviceId, kemSeed },
    {
      scope: { cause, ...range, threadId: view.threadId, incarnation },
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

/** An entry that was taken before its key was here. */
export interface TakenUnopened {
  readonly seq: number;
  /** As it was stored. */
  readonly entry: Uint8Array;
  /** It lies in a range that was given as history: what names others there is not for this reader. */
  readonly isHistory?: boolean;
}

/**
 * Opens an entry that was taken before its key was here: stored bytes, whose checks 1 to 7 the view has behind it. The
 * key is still missing: `key-pending`. The view that comes back knows what the entry says of its epoch.
 */
export function openTaken(
  view: ThreadView,
  { seq, entry: bytes, isHistory = false }: TakenUnopened,
): Opened & { readonly view: ThreadView } {
  const { header, ...rest } = decodeEntry(bytes);
  const { kind } = header;
  if (!isSealedKind(kind)) throw new RangeError('a clear entry has nothing to open');
  const epochKey = findEpoch(view, header)?.epochKey ?? null;
  const hidden = (reason: Reason, alerts: readonly ThreadAlert[] = []) =>
    ({ view, effect: { kind: 'placeholder', reason }, alerts }) as const;
  if (epochKey === null) return hidden('key-pending');
  const floor = view.members?.state.policy.handlingFloor ?? 'EN0';
  try {
    const sealed = { ...rest, header: { ...header, kind } };
    const opened = openSealed(sealed, { epochKey, seq, floor, persons: null });
    const named = namedAfter(view, header, opened.effect);
    if (isHistory && isForOthers(opened.effect, view.self)) return hidden('not-granted');
    return { view: { ...view, named }, ...opened };
  } catch (error) {
    if (!(error instanceof EntryRefused)) throw error;
    const alert = { kind: error.alert, facts: { seq, rule: String(error.facts['rule']) } };
    return hidden('damaged', [alert]);
  }
}

/** For named recipients, and the reader is none of them: it could be sealed so under a lower code outside. */
function isForOthers(effect: ThreadEffect, { personId }: ThreadView['self']): boolean {
  if (!('handling' in effect) || effect.handling !== 'EN3') return false;
  const named = effect.kind === 'content' ? (effect.content.handling.recipients ?? []) : [];
  return !named.includes(personId);
}
