import { THREAD_LIMITS, type Handling } from '@enlace/contracts';
import {
  encodeRecordSnapshot,
  encodeRecordUpdate,
  foldRecord,
  handlingNumber,
  handlingOf,
  RecordRefused,
  type Content,
  type FoldedRecord,
  type RecordEntry,
  type RecordId,
  type RecordMark,
  type RecordSchema,
  type ThreadView,
} from '@enlace/e2ee';
import {
  DomainError,
  equalBytes,
  formatInstant,
  isDomainError,
  parseBase64Url,
  toBase64Url,
  type JsonObject,
  type ThreadId,
} from '@enlace/kernel';

import { takeLeaf } from '../threads/acts/thread-acts.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { readIntent } from '../threads/thread-intent.js';
import { ThreadUnread } from '../threads/make-item.js';
import { ThreadWork } from '../threads/thread-work.js';
import { recordLogOf, type RecordLog } from './record-log.js';
import { waitingUpdates } from './waiting-updates.js';

/** After so much a writer makes a snapshot, from which others start (protocol.md, section 8.2). */
const SNAPSHOT_UPDATES = 200;
const SNAPSHOT_BYTES = 256 * 1024;
/** What a record is at least: what is not said otherwise is not evidence before a formal request. */
const USUAL_HANDLING: Handling = 'EN1';

type RecordCreate = Extract<Content<'message'>, { readonly type: 'record.create' }>;

/** Which record of which thread. */
export interface RecordPlace {
  readonly threadId: ThreadId;
  readonly recordId: RecordId;
  readonly schema: RecordSchema;
}

/** A record begins with what it is called, and from what it was made. */
export type RecordBeginning = Pick<RecordCreate, 'schema' | 'title' | 'derivedFrom'>;

/** The thread has no record of this id that this person can read. */
export class RecordAbsent extends DomainError {
  override readonly code = 'record.absent';
  override readonly kind = 'absent';

  constructor() {
    super('no such record in the thread');
  }
}

/** Parts of the record are not readable here: nobody writes on what they cannot see. */
class RecordIncomplete extends DomainError {
  override readonly code = 'record.incomplete';
  override readonly kind = 'unavailable';

  constructor() {
    super('parts of the record cannot be read');
  }
}

/** An immutable version of a record. */
export interface FrozenVersion {
  readonly version: number;
  readonly coversSeq: number;
  readonly hash: Uint8Array;
  readonly value: JsonObject;
}

/**
 * One record of a thread, as its log gives it and the own edits that still wait. What is written is kept before it
 * is sent;
 * without a network it waits, and merges with what others wrote meanwhile. For one writer of the store at a time.
 */
export class ThreadRecord {
  readonly #ports: ThreadPorts;
  readonly #work: ThreadWork;
  readonly #place: RecordPlace;
  #log: RecordLog = { created: null, entries: [], frozen: [] };
  #folded: FoldedRecord;

  private constructor(ports: ThreadPorts, work: ThreadWork, place: RecordPlace) {
    this.#ports = ports;
    this.#work = work;
    this.#place = place;
    this.#folded = foldRecord([], { schema: place.schema });
  }

  /**
   * Reads a record; without a network as far as it was read before. Throws `record.absent`, `thread.unread`,
   * `thread.stopped`, the refusal of the server.
   */
  static async open(ports: ThreadPorts, place: RecordPlace): Promise<ThreadRecord> {
    const record = await ThreadRecord.#at(ports, place);
    if (record.#log.entries.length === 0 && record.#log.created === null) throw new RecordAbsent();
    return record;
  }

  /** The same in a thread that was read already, without asking anybody. */
  static async asKept(
    ports: ThreadPorts,
    place: RecordPlace,
    work: ThreadWork,
  ): Promise<ThreadRecord> {
    const record = new ThreadRecord(ports, work, place);
    await record.#read();
    return record;
  }

  /** Begins a record with what it says; given again under the same id it begins once. */
  static async begin(
    ports: ThreadPorts,
    place: RecordPlace,
    { beginning, value }: { readonly beginning: RecordBeginning; readonly value: JsonObject },
  ): Promise<ThreadRecord> {
    const record = await ThreadRecord.#at(ports, place);
    if (record.#log.created === null) {
      await record.say({ type: 'record.create', recordId: place.recordId, ...beginning });
      await record.#read();
    }
    await record.change(value);
    return record;
  }

  static async #at(ports: ThreadPorts, place: RecordPlace): Promise<ThreadRecord> {
    const work = await ThreadWork.open(ports, place.threadId);
    await whileReachable(async () => {
      await work.pull();
      // A device that has read so far and written nothing has no place among those that write.
      await takeLeaf(work, ports);
      await work.settle();
    });
    return ThreadRecord.asKept(ports, place, work);
  }

  get value(): JsonObject {
    return this.#folded.document.value;
  }

  /** What was passed over, for whoever shows the record. */
  get marks(): readonly RecordMark[] {
    return this.#folded.marks;
  }

  get isWhole(): boolean {
    return this.#folded.isWhole;
  }

  get place(): Pick<RecordPlace, 'threadId' | 'recordId'> {
    const { threadId, recordId } = this.#place;
    return { threadId, recordId };
  }

  get title(): string {
    return this.#log.created?.title ?? '';
  }

  /** The thread as verified commits say. Throws `thread.unread`. */
  get policy() {
    return this.#view.members?.state.policy ?? null;
  }

  /** Versions that were frozen and say what they state; the first of each number. */
  get versions(): readonly FrozenVersion[] {
    const found = new Map<number, FrozenVersion>();
    for (const { version, coversSeq, projectionHash } of this.#log.frozen) {
      const value = this.#folded.values.get(coversSeq);
      const hash = parseBase64Url(projectionHash);
      if (value === undefined || found.has(version)) continue;
      if (equalBytes(this.#place.schema.hash(value), hash)) {
        found.set(version, { version, coversSeq, hash, value });
      }
    }
    return [...found.values()];
  }

  /**
   * Makes the record say this, from what it says here. Resolves to whether all of it went out; the rest waits. Throws
   * `record.refused`, `record.incomplete`, as `ThreadWork.act`.
   */
  async change(next: JsonObject): Promise<boolean> {
    if (!this.isWhole) throw new RecordIncomplete();
    const { document, snapshotSeq: baseSeq } = this.#folded;
    const updates = document.change(next, this.#ports.random);
    const bodies = updates.map((update) => encodeRecordUpdate({ ...this.#head, baseSeq, update }));
    let isOut = true;
    for (const body of bodies) isOut = (await this.#act('record-update', body)) && isOut;
    await this.#read();
    if (isOut && this.#isLong) await this.#snapshot();
    return isOut;
  }

  /** Freezes what the record says as its next version, beside a snapshot where that fits into an entry. */
  async freeze(schema: RecordBeginning['schema']): Promise<FrozenVersion> {
    if (!this.isWhole) throw new RecordIncomplete();
    const { recordId } = this.#place;
    await this.#snapshot();
    const { document, seq: coversSeq } = this.#folded;
    const version = Math.max(0, ...this.#log.frozen.map((one) => one.version)) + 1;
    const projectionHash = toBase64Url(document.hash);
    await this.say({ type: 'record.freeze', recordId, version, projectionHash, coversSeq, schema });
    await this.#read();
    const made = this.versions.find((one) => one.version === version);
    // Somebody froze this number at the same moment: theirs is it, and this one is made again by whoever wants it.
    if (made === undefined || !equalBytes(made.hash, document.hash)) {
      throw new RecordRefused('projection');
    }
    return made;
  }

  /** A content about the record, in its thread. */
  async say(content: JsonObject & { readonly type: string }): Promise<number> {
    const sentAt = formatInstant(this.#ports.clock.nowMs());
    const stamped = { handling: { code: this.#handling }, ...content, v: 1, sentAt };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its schema checks it when it is encoded
    return this.#work.act({ act: 'send', content: stamped as unknown as Content<'message'> });
  }

  get #head() {
    const { recordId, schema } = this.#place;
    return { form: 'inline', recordId, schemaVersion: schema.version } as const;
  }

  get #view(): ThreadView {
    const { view } = this.#work;
    if (view === null) throw new ThreadUnread();
    return view;
  }

  /** The usual code, or the floor of the thread where that is stricter. */
  get #handling(): Handling {
    const floor = this.policy?.handlingFloor ?? USUAL_HANDLING;
    return handlingOf(Math.max(handlingNumber(floor), handlingNumber(USUAL_HANDLING)));
  }

  get #isLong(): boolean {
    const { updatesSince, bytesSince } = this.#folded;
    return updatesSince >= SNAPSHOT_UPDATES || bytesSince >= SNAPSHOT_BYTES;
  }

  async #snapshot(): Promise<void> {
    const { document, seq: coversSeq } = this.#folded;
    const { hash: projectionHash } = document;
    const state = document.state();
    const body = encodeRecordSnapshot({ ...this.#head, coversSeq, projectionHash, state });
    // What does not fit goes without: readers start at the updates then.
    if (body.length <= THREAD_LIMITS.sealedPlaintext) await this.#act('record-snapshot', body);
    await this.#read();
  }

  async #act(kind: 'record-update' | 'record-snapshot', body: Uint8Array): Promise<boolean> {
    const handling = this.#handling;
    return whileReachable(async () => {
      await this.#work.act({ act: 'record', kind, body: toBase64Url(body), handling });
    });
  }

  async #read(): Promise<void> {
    const { recordId, schema } = this.#place;
    const view = this.#view;
    const taken = await this.#work.follower.shelf.entries(this.#place.threadId);
    this.#log = recordLogOf(taken, { view, recordId });
    const intents = this.#work.follower.waiting.map(({ intent }) => readIntent(intent));
    const waiting: readonly RecordEntry[] = waitingUpdates(intents, recordId);
    const at = this.#log.frozen.map(({ coversSeq }) => coversSeq);
    this.#folded = foldRecord([...this.#log.entries, ...waiting], { schema, at });
  }
}

/** False where nobody answers: what was to go out is kept, what was read before is there. */
async function whileReachable(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!isDomainError(error, 'client.unreachable')) throw error;
    return false;
  }
}
