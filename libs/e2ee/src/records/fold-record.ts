import { equalBytes, type JsonObject } from '@enlace/kernel';

import type { RecordSnapshot, RecordUpdate } from '../content/record-body.js';
import { RecordDocument } from './record-document.js';
import { RecordRefused, type RecordRule } from './record-error.js';
import type { RecordSchema } from './record-schema.js';

/** One entry of a record, in the order of the log. */
export type RecordEntry =
  | { readonly kind: 'record-update'; readonly seq: number; readonly record: RecordUpdate }
  | { readonly kind: 'record-snapshot'; readonly seq: number; readonly record: RecordSnapshot }
  /** Somebody wrote a record here, and this reader cannot read which and what. */
  | { readonly kind: 'unreadable'; readonly seq: number };

/** What was passed over, for whoever shows the record to mark. */
export interface RecordMark {
  readonly seq: number;
  readonly rule: RecordRule | 'newer-format' | 'attachment';
}

/** A record as the log gives it. */
export interface FoldedRecord {
  readonly document: RecordDocument;
  readonly marks: readonly RecordMark[];
  /** False while an entry is unreadable and no snapshot after it says what it did: such a record is not written on. */
  readonly isWhole: boolean;
  /** The newest snapshot, 0 for none, and what came after it. */
  readonly snapshotSeq: number;
  readonly updatesSince: number;
  readonly bytesSince: number;
  /** Place of the newest update that was taken in. */
  readonly seq: number;
  /** What the record said after each place that was asked for; without it nobody here can tell. */
  readonly values: ReadonlyMap<number, JsonObject>;
}

/**
 * Makes a record of its entries. Everybody who reads the same log comes to the same: no clock and no luck is in it. A
 * snapshot is believed where what it stands for cannot be read; else it is compared, and the own record wins
 * (`projection`, alert `SNAPSHOT_MISMATCH`).
 */
export function foldRecord(
  entries: readonly RecordEntry[],
  { schema, at = [] }: { readonly schema: RecordSchema; readonly at?: readonly number[] },
): FoldedRecord {
  const folding = new Folding(schema, entries, at);
  folding.run();
  return folding;
}

class Folding implements FoldedRecord {
  document: RecordDocument;
  readonly marks: RecordMark[] = [];
  isWhole = true;
  snapshotSeq = 0;
  updatesSince = 0;
  bytesSince = 0;
  seq = 0;
  readonly values = new Map<number, JsonObject>();
  /** Places after which the record is asked for: by the caller, and by snapshots to be compared. */
  readonly #asked: readonly number[];
  readonly #hashes = new Map<number, Uint8Array>();

  constructor(
    readonly schema: RecordSchema,
    readonly entries: readonly RecordEntry[],
    asked: readonly number[],
  ) {
    this.document = RecordDocument.empty(schema);
    const covered = entries.flatMap((entry) =>
      entry.kind === 'record-snapshot' ? [entry.record.coversSeq] : [],
    );
    this.#asked = [...new Set([...asked, ...covered])].toSorted((a, b) => a - b);
  }

  run(): void {
    for (const entry of this.entries) {
      this.#remember(entry.seq - 1);
      if (entry.kind === 'unreadable') this.isWhole = false;
      else if (entry.kind === 'record-update') this.#update(entry);
      else this.#snapshot(entry);
    }
    this.#remember(Infinity);
  }

  /** What the record says by now holds for each place asked for up to here. */
  #remember(through: number): void {
    if (!this.isWhole) return;
    for (const seq of this.#asked) {
      if (seq > through) return;
      if (this.values.has(seq)) continue;
      this.values.set(seq, this.document.value);
      this.#hashes.set(seq, this.document.hash);
    }
  }

  #update({ seq, record }: Extract<RecordEntry, { readonly kind: 'record-update' }>): void {
    const unread = this.#unreadable(record);
    if (unread !== null) {
      this.marks.push({ seq, rule: unread });
      this.isWhole = false;
      return;
    }
    this.#apply(seq, record.update);
  }

  #apply(seq: number, update: Uint8Array): void {
    try {
      this.document.apply(update);
      this.seq = seq;
      this.updatesSince += 1;
      this.bytesSince += update.length;
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      this.marks.push({ seq, rule: error.rule });
    }
  }

  #snapshot({ seq, record }: Extract<RecordEntry, { readonly kind: 'record-snapshot' }>): void {
    const unread = this.#unreadable(record);
    if (unread !== null) {
      this.marks.push({ seq, rule: unread });
      return;
    }
    if (record.coversSeq >= seq) {
      this.marks.push({ seq, rule: 'form' });
      return;
    }
    const own = this.#hashes.get(record.coversSeq);
    if (own !== undefined) {
      const isSame = equalBytes(own, record.projectionHash);
      if (isSame) this.#count(seq, record.coversSeq);
      else this.marks.push({ seq, rule: 'projection' });
      return;
    }
    if (!this.isWhole) this.#adopt(seq, record);
  }

  /** What this reader could not read is in it, as whoever made it says. */
  #adopt(seq: number, { state, projectionHash, coversSeq }: RecordSnapshot): void {
    try {
      const document = RecordDocument.open(this.schema, state);
      if (!equalBytes(document.hash, projectionHash)) throw new RecordRefused('projection');
      this.document = document;
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      this.marks.push({ seq, rule: error.rule });
      return;
    }
    // What was passed over for want of what could not be read is in the snapshot, or is nowhere.
    this.#forgetMarks(coversSeq);
    this.isWhole = true;
    this.snapshotSeq = seq;
    [this.updatesSince, this.bytesSince, this.seq] = [0, 0, coversSeq];
    this.values.set(coversSeq, this.document.value);
    const isBetween = (one: RecordEntry): boolean => one.seq > coversSeq && one.seq < seq;
    for (const entry of this.entries.filter(isBetween)) {
      if (entry.kind === 'unreadable') this.isWhole = false;
      else if (entry.kind === 'record-update') this.#update(entry);
    }
  }

  #forgetMarks(through: number): void {
    const kept = this.marks.filter(({ seq, rule }) => seq > through && rule === 'projection');
    this.marks.splice(0, this.marks.length, ...kept);
  }

  #count(seq: number, coversSeq: number): void {
    this.snapshotSeq = seq;
    const later = this.entries.filter(
      (one) => one.kind === 'record-update' && one.seq > coversSeq && one.seq < seq,
    );
    this.updatesSince = later.length;
    this.bytesSince = later.reduce(
      (sum, one) => sum + (one.kind === 'record-update' ? one.record.update.length : 0),
      0,
    );
  }

  #unreadable({
    form,
    schemaVersion,
  }: RecordUpdate | RecordSnapshot): 'newer-format' | 'attachment' | null {
    if (schemaVersion > this.schema.version) return 'newer-format';
    return form === 'inline' ? null : 'attachment';
  }
}
