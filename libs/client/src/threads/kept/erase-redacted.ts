import { isSealedKind, type ThreadStatement } from '@enlace/contracts';
import { isJsonObject, type PersonId } from '@enlace/kernel';

import type { KeptEntry } from './kept-entry.js';

/** What somebody has redacted, as the entry that was taken says. */
export interface Redaction {
  readonly by: PersonId | null;
  readonly targets: readonly number[];
  readonly reason: ThreadStatement<'redaction'>['reason'];
}

/** `null` for an entry that redacts nothing, or of somebody who might not: that one is a placeholder. */
export function redactionIn({ author, effect }: KeptEntry): Redaction | null {
  const { statement } = effect;
  if (effect['effect'] !== 'redacted' || !isJsonObject(statement ?? null)) return null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one when it was kept; the store is sealed
  const { targets, reason } = statement as unknown as ThreadStatement<'redaction'>;
  return { by: author?.personId ?? null, targets, reason };
}

/**
 * What is left of an entry that a redaction names: who wrote it, when, and that it was redacted. `null` where it stays
 * as it is: nobody takes back what another wrote, also where it was read only after the redaction was judged, and what
 * was compacted says nothing that the snapshot of its record does not say.
 */
export function withoutBody(entry: KeptEntry, { by, reason }: Redaction): KeptEntry | null {
  if (reason === 'compacted' || entry.kind === null || !isSealedKind(entry.kind)) return null;
  if (reason === 'withdrawn' && entry.author?.personId !== by) return null;
  if (entry.bytes === null && entry.effect['effect'] === 'placeholder') return null;
  return { ...entry, effect: { effect: 'placeholder', reason: 'redacted' }, bytes: null };
}
