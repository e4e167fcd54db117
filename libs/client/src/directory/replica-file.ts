import {
  canonicalJson,
  formatInstant,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonValue,
} from '@enlace/kernel';

import type { QuorumCheckpoint } from '@enlace/trust';

import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';
import type { LogEntry } from './statement-log.js';

const TABLE = 'directory';
const TRUST_STORE = 'trust-store';
const PROGRESS = 'progress';
/** Statements that share one value of the store; the last value is written again as it fills. */
const SEGMENT = 100;
/** Quorum checkpoints that are kept, the newest: waiting times of at most 30 days are counted from them. */
const QUORUM_KEPT = 10_000;

/** How far the log was found to agree with what its witnesses cosigned. */
export interface Progress {
  /** The newest checkpoint, as the log signed it. */
  readonly note: string;
  readonly quorum: readonly QuorumCheckpoint[];
}

/**
 * The directory in the local store. Statements are written before the checkpoint that covers them, so that a crash
 * between the two leaves more statements than the checkpoint needs, never fewer.
 */
export class ReplicaFile {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  async pinnedTrustStore(): Promise<string | null> {
    return this.#text(TRUST_STORE);
  }

  async pinTrustStore(text: string): Promise<void> {
    if ((await this.pinnedTrustStore()) === text) return;
    await this.#store.put(TABLE, TRUST_STORE, utf8(text));
  }

  /** Throws `store.damaged` when a statement is missing or out of its place. */
  async entries(): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = [];
    for (;;) {
      const text = await this.#text(segmentKey(entries.length));
      if (text === null) return entries;
      const segment = asArray(parseStrictJson(text)).map(readEntry);
      if (segment.some(({ index }, at) => index !== entries.length + at)) {
        throw new StoreDamaged('a statement is out of its place');
      }
      entries.push(...segment);
      if (segment.length < SEGMENT) return entries;
    }
  }

  /** Writes the entries from `from` on, with those before that share their value. */
  async append(from: number, entries: readonly LogEntry[]): Promise<void> {
    for (let at = from - (from % SEGMENT); at < entries.length; at += SEGMENT) {
      if (at + SEGMENT <= from) continue;
      const segment = entries.slice(at, at + SEGMENT).map(({ index, acceptedAtMs, wire }) => ({
        index,
        acceptedAt: formatInstant(acceptedAtMs),
        wire,
      }));
      await this.#store.put(TABLE, segmentKey(at), utf8(canonicalJson(segment)));
    }
  }

  async progress(): Promise<Progress | null> {
    const text = await this.#text(PROGRESS);
    if (text === null) return null;
    const value = parseStrictJson(text);
    const { note, quorum } = isJsonObject(value) ? value : {};
    return { note: readText(note), quorum: asArray(quorum).map(readQuorum) };
  }

  async keepProgress({ note, quorum }: Progress): Promise<void> {
    const kept = quorum.slice(-QUORUM_KEPT).map((checkpoint) => ({ ...checkpoint }));
    await this.#store.put(TABLE, PROGRESS, utf8(canonicalJson({ note, quorum: kept })));
  }

  async #text(key: string): Promise<string | null> {
    const bytes = await this.#store.get(TABLE, key);
    return bytes === null ? null : parseUtf8(bytes);
  }
}

function segmentKey(from: number): string {
  return `statements-${from / SEGMENT}`;
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new StoreDamaged('not a list');
  return value;
}

function readQuorum(value: JsonValue): QuorumCheckpoint {
  const { size, witnessTimeMs } = isJsonObject(value) ? value : {};
  if (typeof size !== 'number' || typeof witnessTimeMs !== 'number') {
    throw new StoreDamaged('not a checkpoint');
  }
  return { size, witnessTimeMs };
}

function readEntry(value: JsonValue): LogEntry {
  const { index, acceptedAt, wire } = isJsonObject(value) ? value : {};
  if (typeof index !== 'number') throw new StoreDamaged('not a statement');
  return { index, acceptedAtMs: Date.parse(readText(acceptedAt)), wire: readText(wire) };
}

function readText(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new StoreDamaged('not a text');
  return value;
}
