import type { Entry, Handling, SealedKind } from '@enlace/contracts';
import { isDomainError, type PersonId } from '@enlace/kernel';

import { readContent } from '../../content/content.js';
import { effectiveHandling, handlingOf } from '../../content/handling.js';
import { readRecordSnapshot, readRecordUpdate } from '../../content/record-body.js';
import { openEntry } from '../../envelope/envelope.js';
import { EntryRefused, type ThreadAlert } from '../alerts.js';
import type { ThreadEffect } from './effects.js';

/** What a sealed entry is opened with, and judged by. */
export interface OpeningGround {
  readonly epochKey: Uint8Array;
  readonly seq: number;
  readonly floor: Handling;
  /** Persons in the thread at this place; `null` where the reader does not know them. */
  readonly persons: ReadonlySet<PersonId> | null;
}

/** What an opened entry says, and the marks that it is shown with. */
export interface Opened {
  readonly effect: ThreadEffect;
  readonly alerts: readonly ThreadAlert[];
}

/**
 * Checks 8 to 10: commitment, cipher and padding; the form; the two handling codes. Everything before them was checked:
 * nothing is opened for somebody unknown. Throws `KEY_MISMATCH` and `MALFORMED`.
 */
// Attacker-controlled: a member can seal anything.
export function openSealed(
  entry: Entry & { readonly header: { readonly kind: SealedKind } },
  ground: OpeningGround,
): Opened {
  const bytes = unseal(entry, ground.epochKey);
  try {
    return read(entry.header.kind, bytes, { outer: handlingOf(entry.header.handling), ...ground });
  } catch (cause) {
    if (isDomainError(cause, 'content.newer')) {
      return { effect: { kind: 'placeholder', reason: 'newer-format' }, alerts: [] };
    }
    if (!isDomainError(cause)) throw cause;
    throw new EntryRefused('MALFORMED', 'content', { cause });
  }
}

function unseal(entry: Entry, epochKey: Uint8Array): Uint8Array {
  try {
    return openEntry(entry, epochKey);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new EntryRefused('KEY_MISMATCH', String(cause.facts['rule'] ?? cause.code), { cause });
  }
}

function read(
  kind: SealedKind,
  bytes: Uint8Array,
  ground: OpeningGround & { readonly outer: Handling },
): Opened {
  const { outer, floor, seq } = ground;
  if (kind === 'message' || kind === 'receipt') {
    const content = readContent(bytes, { kind, seq });
    const { code, isMismatch } = effectiveHandling(content.handling, ground);
    const mark: ThreadAlert = { kind: 'HANDLING_MISMATCH', facts: { seq } };
    return {
      effect: { kind: 'content', content, handling: code },
      alerts: isMismatch ? [mark] : [],
    };
  }
  // A record has no inner copy of its own: what holds for it is said outside, and for the thread.
  const inner = { code: outer, recipients: [...(ground.persons ?? [])] };
  const { code: handling } = effectiveHandling(inner, { outer, floor, persons: ground.persons });
  const effect: ThreadEffect =
    kind === 'record-update'
      ? { kind, record: readRecordUpdate(bytes), handling }
      : { kind, record: readRecordSnapshot(bytes), handling };
  return { effect, alerts: [] };
}
