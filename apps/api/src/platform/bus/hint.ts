import { isJsonObject, parseStrictJson } from '@enlace/kernel';

import type { ActTransaction } from '../access/act.js';
import type { Transaction } from '../database/database.js';

/**
 * What one node tells the others after a commit: where to look, and nothing of what is there. Whoever hears it reads
 * the database; whoever does not hear it looks there by the clock.
 */
export interface Hint {
  /** Statements in the directory log. */
  readonly directorySize?: number;
  /** Sessions ended that other nodes may hold sockets of. */
  readonly sessionsEnded?: true;
}

/** Longest payload that PostgreSQL lets through, with room to spare. */
const PAYLOAD_BYTES = 7_500;

/** Hints of transactions that have not committed: nobody is told of what may be rolled back. */
const underway = new WeakMap<Transaction, Hint>();

/** Tells the other nodes once the act has committed; several hints of an act are one. */
export function hintAfterCommit({ tx }: Pick<ActTransaction, 'tx'>, hint: Hint): void {
  underway.set(tx, mergeHints(underway.get(tx) ?? {}, hint));
}

/** What a transaction wants told, or `null`. */
export function hintOf(tx: Transaction): Hint | null {
  return underway.get(tx) ?? null;
}

/** Two hints as one: the later size, and whatever either says. */
export function mergeHints(a: Hint, b: Hint): Hint {
  const size = Math.max(a.directorySize ?? 0, b.directorySize ?? 0);
  return {
    ...(size > 0 ? { directorySize: size } : {}),
    ...(a.sessionsEnded === true || b.sessionsEnded === true ? { sessionsEnded: true } : {}),
  };
}

export function encodeHint(hint: Hint): string {
  return JSON.stringify(hint);
}

/** The hint of another node, of this build or a later one; `null` for what is none. */
// Attacker-controlled: whoever can sign in to the database can write to the channel. A hint makes a node look, no more.
export function decodeHint(payload: string): Hint | null {
  if (payload.length > PAYLOAD_BYTES) return null;
  try {
    const said = parseStrictJson(payload);
    if (!isJsonObject(said)) return null;
    const { directorySize, sessionsEnded } = said;
    return {
      ...(typeof directorySize === 'number' && directorySize > 0 ? { directorySize } : {}),
      ...(sessionsEnded === true ? { sessionsEnded } : {}),
    };
  } catch {
    return null;
  }
}
