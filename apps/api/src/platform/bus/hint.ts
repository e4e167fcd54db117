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
  /** Where the logs of threads end. */
  readonly threads?: ReadonlyMap<string, number>;
  /** Devices that said how far they have read, and in which thread: `beaconName`. */
  readonly beacons?: ReadonlySet<string>;
  /** Threads of which the content was destroyed. */
  readonly shredded?: ReadonlySet<string>;
}

/** Longest payload that PostgreSQL lets through, with room to spare. */
const PAYLOAD_BYTES = 7_500;
/** Threads or beacons of one payload: each takes 77 characters at most. */
const ITEMS_OF_A_PAYLOAD = 90;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The beacon of a device in a thread, as hints name it. */
export function beaconName(of: { readonly threadId: string; readonly deviceId: string }): string {
  return `${of.threadId}/${of.deviceId}`;
}

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

/** Two hints as one: what is further on, and whatever either says. */
export function mergeHints(a: Hint, b: Hint): Hint {
  const size = Math.max(a.directorySize ?? 0, b.directorySize ?? 0);
  const beacons = both(a.beacons, b.beacons);
  const shredded = both(a.shredded, b.shredded);
  const threads = furthest(a.threads, b.threads);
  return {
    ...(size > 0 ? { directorySize: size } : {}),
    ...(a.sessionsEnded === true || b.sessionsEnded === true ? { sessionsEnded: true } : {}),
    ...(threads.size > 0 ? { threads } : {}),
    ...(beacons.size > 0 ? { beacons } : {}),
    ...(shredded.size > 0 ? { shredded } : {}),
  };
}

function both(a: Hint['beacons'], b: Hint['beacons']): ReadonlySet<string> {
  return new Set([...(a ?? []), ...(b ?? [])]);
}

function furthest(a: Hint['threads'], b: Hint['threads']): ReadonlyMap<string, number> {
  const ends = new Map(a);
  for (const [id, seq] of b ?? []) ends.set(id, Math.max(seq, ends.get(id) ?? 0));
  return ends;
}

/** The payloads that say a hint; what is longer than one may be is split. */
export function encodeHints({ threads, beacons, shredded, ...rest }: Hint): readonly string[] {
  const payloads: object[] = Object.keys(rest).length > 0 ? [rest] : [];
  for (const part of partsOf([...(threads ?? [])])) payloads.push({ threads: part });
  for (const part of partsOf([...(beacons ?? [])])) payloads.push({ beacons: part });
  for (const part of partsOf([...(shredded ?? [])])) payloads.push({ shredded: part });
  const [only, second] = payloads;
  // The common case is one thread or one flag; two short ones go together.
  const isShort = payloads.length === 2 && JSON.stringify(payloads).length <= PAYLOAD_BYTES;
  return (isShort ? [{ ...only, ...second }] : payloads).map((one) => JSON.stringify(one));
}

function partsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts: Item[][] = [];
  for (let at = 0; at < items.length; at += ITEMS_OF_A_PAYLOAD) {
    parts.push(items.slice(at, at + ITEMS_OF_A_PAYLOAD));
  }
  return parts;
}

/** The hint of another node, of this build or a later one; `null` for what is none. */
// Attacker-controlled: whoever can sign in to the database can write to the channel. A hint makes a node look, no more.
export function decodeHint(payload: string): Hint | null {
  if (payload.length > PAYLOAD_BYTES) return null;
  try {
    const said = parseStrictJson(payload);
    if (!isJsonObject(said)) return null;
    const { directorySize, sessionsEnded } = said;
    const threads = new Map(listOf(said['threads']).filter(isHead));
    const beacons = new Set(listOf(said['beacons']).filter(isBeacon));
    const shredded = new Set(listOf(said['shredded']).filter(isId));
    return {
      ...(typeof directorySize === 'number' && directorySize > 0 ? { directorySize } : {}),
      ...(sessionsEnded === true ? { sessionsEnded } : {}),
      ...(threads.size > 0 ? { threads } : {}),
      ...(beacons.size > 0 ? { beacons } : {}),
      ...(shredded.size > 0 ? { shredded } : {}),
    };
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

function isBeacon(value: unknown): value is string {
  return typeof value === 'string' && value.length === 73 && value.split('/').every(isId);
}

function isHead(value: unknown): value is [string, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [id, seq]: readonly unknown[] = value;
  return isId(id) && typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0;
}
