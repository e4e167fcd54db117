import { isSealedKind } from '@enlace/contracts';

import { holdUnless } from '../alerts.js';
import type { ThreadEffect } from '../receive/effects.js';
import type { ErasedParts, Placed } from '../receive/ground.js';
import type { ThreadView } from '../view/thread-view.js';

const DAY_MS = 86_400_000;

/** What `ThreadView.erasures` has for the end of the term. No entry has this sequence. */
const BY_TERM = 0;

/**
 * An entry whose body is gone. It is authentic and at its place; what allows the erasure is a later entry, which is
 * noted and must be met (`assertErasures`), or the end of the term. A later act may move the term or hold the thread:
 * whether it is over is asked at the end of the log (`unexplainedErasures`). Without a valid reason the server keeps
 * something back: `GAP`.
 */
// Attacker-controlled: `by`, by the server.
export function takeErased(
  view: ThreadView,
  { header, seq }: Placed,
  by: ErasedParts['by'],
): { readonly view: ThreadView; readonly effect: ThreadEffect } {
  holdUnless(isSealedKind(header.kind), 'GAP', 'erased-kind');
  const isByTerm = by === 'retention';
  holdUnless(isByTerm || by > seq, 'GAP', 'erased-by');
  const name = isByTerm ? BY_TERM : by;
  const erasures = new Map([...view.erasures, [name, [...(view.erasures.get(name) ?? []), seq]]]);
  const reason = isByTerm ? 'retention-ended' : 'redacted';
  return { view: { ...view, erasures }, effect: { kind: 'placeholder', reason } };
}

/** By the reader's own verified clock, the policy, and the acts that moved the term or hold the thread. */
export function isTermOver(view: ThreadView, witnessTimeMs: number | null): boolean {
  const endMs = termEndMs(view);
  if (endMs === null || witnessTimeMs === null || view.life.isHeld) return false;
  return endMs <= witnessTimeMs;
}

/** When the term ends, by the policy and the acts that moved it; `null` for a reader who does not know the members. */
export function termEndMs({ members, life }: ThreadView): number | null {
  if (members === null) return null;
  const { openedAt, retentionDays } = members.state.policy;
  return life.retainUntilMs ?? Date.parse(openedAt) + retentionDays * DAY_MS;
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

/**
 * Erasures whose reason the log, read to its end, does not have, or a term that is not over: sequences that were kept
 * back.
 */
export function unexplainedErasures(
  view: ThreadView,
  witnessTimeMs: number | null,
): readonly number[] {
  return [...view.erasures].flatMap(([by, seqs]) => {
    const isMet = by === BY_TERM ? isTermOver(view, witnessTimeMs) : by <= view.head.seq;
    return isMet ? [] : seqs;
  });
}
