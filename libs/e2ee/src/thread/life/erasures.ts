import { isSealedKind } from '@enlace/contracts';

import { holdUnless } from '../alerts.js';
import type { ThreadEffect } from '../receive/effects.js';
import type { ErasedParts, Placed } from '../receive/ground.js';
import type { ThreadView } from '../view/thread-view.js';

const DAY_MS = 86_400_000;

/**
 * An entry whose body is gone. It is authentic and at its place; what allows the erasure is a later entry, which is
 * noted and must be met (`assertErasures`), or the end of the term by the reader's own verified clock. Without a valid
 * one the server keeps something back: `GAP`.
 */
// Attacker-controlled: `by`, by the server.
export function takeErased(
  view: ThreadView,
  { header, seq }: Placed,
  erased: { readonly by: ErasedParts['by']; readonly witnessTimeMs: number | null },
): { readonly view: ThreadView; readonly effect: ThreadEffect } {
  holdUnless(isSealedKind(header.kind), 'GAP', 'erased-kind');
  const { by } = erased;
  if (by === 'retention') {
    holdUnless(isTermOver(view, erased.witnessTimeMs), 'GAP', 'retention');
    return { view, effect: { kind: 'placeholder', reason: 'retention-ended' } };
  }
  holdUnless(by > seq, 'GAP', 'erased-by');
  const erasures = new Map([...view.erasures, [by, [...(view.erasures.get(by) ?? []), seq]]]);
  return { view: { ...view, erasures }, effect: { kind: 'placeholder', reason: 'redacted' } };
}

function isTermOver({ members }: ThreadView, witnessTimeMs: number | null): boolean {
  if (members === null || witnessTimeMs === null) return false;
  const { openedAt, retentionDays } = members.state.policy;
  return Date.parse(openedAt) + retentionDays * DAY_MS <= witnessTimeMs;
}

/** An entry that was said to allow erasures allows them, once it is read; else the bodies were kept back: `GAP`. */
export function assertErasures(
  view: ThreadView,
  seq: number,
  effect: ThreadEffect,
): ReadonlyMap<number, readonly number[]> {
  const claimed = view.erasures.get(seq);
  if (claimed === undefined) return view.erasures;
  const isShred = effect.kind === 'lifecycle' && effect.statement.action === 'shred';
  const targets = effect.kind === 'redacted' ? effect.statement.targets : [];
  const isAllowed = isShred || claimed.every((target) => targets.includes(target));
  holdUnless(isAllowed, 'GAP', 'erased-by');
  return new Map([...view.erasures].filter(([by]) => by !== seq));
}

/** Erasures whose reason the log, read to its end, does not have: sequences that were kept back. */
export function unexplainedErasures({ erasures, head }: ThreadView): readonly number[] {
  return [...erasures].flatMap(([by, seqs]) => (by <= head.seq ? [] : seqs));
}
