import type { JsonObject, Random } from '@enlace/kernel';
import * as Y from 'yjs';

import { RecordRefused } from './record-error.js';
import { RECORD_LIMITS, type RecordSchema } from './record-schema.js';
import { assertState, readUpdate } from './read-update.js';
import { readTree } from './read-tree.js';
import { stepsTo, type Step } from './write-tree.js';

/** Estimated bytes after which the steps of a change go into another update; a single step stays below twice this. */
const UPDATE_BYTES = 14_000;

/**
 * One encrypted document that several people write at once, online or not. Updates of others are judged before and
 * after they are taken in; one that is refused leaves the record exactly as it was. Not for two owners.
 */
export class RecordDocument {
  readonly #schema: RecordSchema;
  /** What the document is made of, in order: what it is made of again when an update turns out to be bad. */
  readonly #taken: Uint8Array[];
  #doc: Y.Doc;
  #value: JsonObject;

  private constructor(schema: RecordSchema, taken: readonly Uint8Array[]) {
    this.#schema = schema;
    this.#taken = [...taken];
    this.#doc = docOf(taken);
    this.#value = readTree(this.#doc);
  }

  /** A record in which nothing was written. */
  static empty(schema: RecordSchema): RecordDocument {
    return new RecordDocument(schema, []);
  }

  /** A record as a snapshot holds it. Throws `record.refused`. */
  // Attacker-controlled: by a member.
  static open(schema: RecordSchema, state: Uint8Array): RecordDocument {
    assertState(state);
    try {
      const record = new RecordDocument(schema, [state]);
      record.#assertSound();
      return record;
    } catch (cause) {
      throw refusal(cause);
    }
  }

  /** What it says, as plain JSON with members in one order. */
  get value(): JsonObject {
    return this.#value;
  }

  /** What frozen versions and snapshots name it by. */
  get hash(): Uint8Array {
    return this.#schema.hash(this.#value);
  }

  /** Everything in it, letters that were deleted left out. */
  state(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(Y.encodeStateAsUpdate(this.#doc));
  }

  /** Takes in what somebody else wrote. Throws `record.refused`. */
  // Attacker-controlled: by a member.
  apply(update: Uint8Array): void {
    const { writer } = readUpdate(update);
    const known = Y.decodeStateVector(Y.encodeStateVector(this.#doc));
    if (writer !== null && known.has(writer)) throw new RecordRefused('writer');
    try {
      Y.applyUpdate(this.#doc, update);
      this.#assertSound();
      this.#taken.push(update);
    } catch (cause) {
      this.#restore();
      throw refusal(cause);
    }
  }

  /**
   * Writes what makes the value the given one, as updates to be sealed in this order; each fits into an entry. None for
   * the same value. Throws `record.refused` with the rule `schema` for what is none of the schema, `size` for too much.
   */
  change(next: JsonObject, random: Random): readonly Uint8Array[] {
    const before = this.#taken.length;
    const { texts } = this.#schema;
    const steps = stepsTo(this.#doc, { before: this.#value, after: next }, { texts, random });
    try {
      for (const group of inGroups(steps)) this.#run(group, random);
      return this.#taken.slice(before);
    } catch (cause) {
      this.#taken.length = before;
      this.#restore();
      throw refusal(cause);
    }
  }

  #run(group: readonly Step[], random: Random): void {
    const known = Y.decodeStateVector(Y.encodeStateVector(this.#doc));
    this.#doc.clientID = newWriter(known, random);
    const made: Uint8Array[] = [];
    const hear = (update: Uint8Array): void => void made.push(update);
    this.#doc.on('update', hear);
    try {
      this.#doc.transact(() => {
        for (const { run } of group) run(this.#doc);
      });
    } finally {
      this.#doc.off('update', hear);
    }
    if (made.some(({ length }) => length > RECORD_LIMITS.inlineBytes)) {
      throw new RecordRefused('size');
    }
    this.#assertSound();
    this.#taken.push(...made);
  }

  #assertSound(): void {
    const { pendingStructs, pendingDs } = this.#doc.store;
    if (pendingStructs !== null || pendingDs !== null) throw new RecordRefused('missing');
    const value = readTree(this.#doc);
    if (!this.#schema.accepts(value)) throw new RecordRefused('schema');
    const most = this.#taken.reduce((sum, { length }) => sum + length, 0);
    const isLong = most > RECORD_LIMITS.stateBytes / 2;
    if (isLong && this.state().length > RECORD_LIMITS.stateBytes) throw new RecordRefused('size');
    this.#value = value;
  }

  #restore(): void {
    this.#doc.destroy();
    this.#doc = docOf(this.#taken);
    this.#value = readTree(this.#doc);
  }
}

function docOf(taken: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of taken) Y.applyUpdate(doc, update);
  return doc;
}

function refusal(cause: unknown): RecordRefused {
  return cause instanceof RecordRefused ? cause : new RecordRefused('form', { cause });
}

function newWriter(known: ReadonlyMap<number, number>, random: Random): number {
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
    const writer = ((a * 256 + b) * 256 + c) * 256 + d;
    if (!known.has(writer)) return writer;
  }
}

function inGroups(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [];
  let filled = Infinity;
  for (const step of steps) {
    if (filled + step.bytes > UPDATE_BYTES) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(step);
    filled += step.bytes;
  }
  return groups;
}
