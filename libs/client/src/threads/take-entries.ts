import { decodeEntry } from '@enlace/contracts';
import {
  credentialCheckAt,
  receiveEntry,
  type LogItem,
  type PendingGroup,
  type Received,
  type ReceiveGround,
  type ThreadAlert,
  type ThreadView,
} from '@enlace/e2ee';
import { isDomainError, sha256, toHex, type EntryId, type ThreadId } from '@enlace/kernel';

import type { StoreChange } from '../store/local-store.js';
import { DirectoryOfThreads } from './directory-of-threads.js';
import { openLate, withGrantedKeys } from './keys/late-entries.js';
import { Evidence } from './kept/evidence.js';
import { ending, withoutContent, withoutKeys, withoutSecrets } from './kept/erase-thread.js';
import { redactionIn, withoutBody, type Redaction } from './kept/erase-redacted.js';
import { keptEntryOf, type KeptEntry } from './kept/kept-entry.js';
import { Outbox, type OutboxItem } from './kept/outbox.js';
import { pendingOf } from './kept/pending-group.js';
import { ReceiptShelf, type HeldReceipt } from './kept/receipt-shelf.js';
import { ThreadShelf } from './kept/thread-shelf.js';
import { ownFault, receiptFault } from './log-faults.js';
import { stateAlert, stateRefused } from './state-alert.js';
import type { ThreadPorts } from './thread-ports.js';
import { fetchBlob } from './wire/thread-wire.js';

/** Sealed entries of one transaction: they change neither keys nor members. */
const BATCH_ENTRIES = 32;

type Taken = Extract<Received, { readonly kind: 'taken' }>;

/** What stops a log, and what was shown for it. */
export interface Stop {
  readonly alert: ThreadAlert;
  readonly evidence: Evidence | null;
  /** It is about an entry, which is not taken. */
  readonly isOfEntry?: boolean;
}

/**
 * Takes the entries of one thread: each is verified by what those before it led to, and taken in one transaction with
 * everything that it changes. Nothing is shown that is not durable. After an error of the store what is held here may
 * be ahead of it: the owner begins anew from the store.
 */
export class EntryTaker {
  readonly threadId: ThreadId;
  readonly shelf: ThreadShelf;
  readonly outbox: Outbox;
  readonly receiptShelf: ReceiptShelf;
  directory: DirectoryOfThreads;
  /** What was taken, of which `durable` is in the store and `#batch` is not yet. */
  view: ThreadView | null = null;
  durable: ThreadView | null = null;
  /** What stops the thread, as it is durable. */
  stoppedBy: ThreadAlert | null = null;
  /** How much of the directory was known when the log was last read to its end. */
  knownAtEnd = 0;
  /** What was taken destroys the content of the thread, which is still here. */
  isEnding = false;
  /** What the server signed for places beyond what was read. */
  receipts: readonly HeldReceipt[] = [];
  readonly #ports: ThreadPorts;
  #batch: readonly KeptEntry[] = [];
  /** What waits in this thread, as it is durable. */
  #waiting: readonly OutboxItem[] = [];

  constructor(ports: ThreadPorts, threadId: ThreadId) {
    this.#ports = ports;
    this.threadId = threadId;
    this.directory = viewOf(ports, false);
    const auth = credentialCheckAt(this.directory, ports.clock.nowMs());
    this.shelf = new ThreadShelf(ports.store, { port: ports.groups, auth });
    this.outbox = new Outbox(ports.store);
    this.receiptShelf = new ReceiptShelf(ports.store);
  }

  /** The thread as it is kept. Throws `store.damaged`. */
  async load(): Promise<void> {
    this.view = await this.shelf.load(this.threadId);
    this.durable = this.view;
    await this.refreshWaiting();
    this.stoppedBy = await this.shelf.stoppedBy(this.threadId);
    this.knownAtEnd = await this.shelf.knownAtEnd(this.threadId);
    this.receipts = await this.receiptShelf.beyond(this.threadId, this.readSeq);
  }

  /** The place of the last entry that was taken. */
  get readSeq(): number {
    return this.view?.head.seq ?? 0;
  }

  /** What waits to be sent in this thread, the oldest first. */
  get waiting(): readonly OutboxItem[] {
    return this.#waiting;
  }

  /** Remembers what waits, after it was changed beside the log. */
  async refreshWaiting(): Promise<void> {
    this.#waiting = await this.outbox.waiting(this.threadId);
  }

  /** The directory as it is held by this moment; an entry that it does not know has it brought up to date. */
  look(): void {
    this.directory = viewOf(this.#ports, false);
  }

  /** Takes the next entry. What stops the log leaves everything as it was before the entry. */
  async take(item: LogItem): Promise<Stop | null> {
    if (this.view === null) return null;
    const received = await this.#receive(item);
    if (received.kind === 'waits') {
      return stopFor({ kind: 'GAP', facts: { seq: item.seq, rule: 'blob' } }, item);
    }
    if (received.kind === 'stopped') return stopFor(received.alert, item);
    const fault = this.#faultOf(received, item);
    if (fault !== null) return stopFor(fault, item);
    this.view = received.view;
    const bytes = item.entry instanceof Uint8Array ? item.entry : null;
    const entry = keptEntryOf(received, bytes);
    await stateRefused(this.#ports.statements, this.threadId, received.alerts);
    this.#batch = [...this.#batch, entry];
    await this.#erase([entry]);
    if (received.effect.kind === 'granted') await this.openLate();
    if (this.#isStep(received) || this.#batch.length >= BATCH_ENTRIES) {
      await this.save(this.#settled(received));
    }
    return null;
  }

  /** Changes what is kept of an entry that was taken, with the next transaction. */
  change(entry: KeptEntry): void {
    this.#batch = [...this.#batch, entry];
  }

  /**
   * With the next transaction everything that was redacted goes here as well: for entries that came after the redaction
   * which names them, and once it is known who might redact.
   */
  async eraseRedacted(): Promise<void> {
    await this.#erase(await this.#entries());
  }

  /** Whoever does not know the members yet erases nothing: anybody could have written it. */
  async #erase(entries: readonly KeptEntry[]): Promise<void> {
    if (this.view?.members == null) return;
    const { startSeq } = this.view;
    for (const entry of entries) {
      // Of a range that was given as history nobody here has judged who might redact.
      const redaction = entry.seq > startSeq ? redactionIn(entry) : null;
      if (redaction !== null) await this.#eraseTargets(redaction);
    }
  }

  async #eraseTargets(redaction: Redaction): Promise<void> {
    for (const seq of redaction.targets) {
      const batched = this.#batch.findLast((entry) => entry.seq === seq);
      const entry = batched ?? (await this.shelf.entryAt(this.threadId, seq));
      const left = entry === null ? null : withoutBody(entry, redaction);
      if (left !== null) this.change(left);
    }
  }

  /** Keys, texts and what waits here: in one transaction, with the word that they are to go. */
  async eraseContent(by: number): Promise<void> {
    if (this.view === null) return;
    this.view = withoutKeys(this.view);
    for (const entry of await this.#entries()) {
      const left = withoutContent(entry, by);
      if (left !== null) this.change(left);
    }
    const { store } = this.#ports;
    const gone = await withoutSecrets(store, this.threadId);
    await this.save([...gone, ending(this.threadId, { by, isConfirmed: false })]);
    this.isEnding = false;
  }

  /** As they will be with the next transaction. */
  async #entries(): Promise<readonly KeptEntry[]> {
    const all = [...(await this.shelf.entries(this.threadId)), ...this.#batch];
    return [...new Map(all.map((entry) => [entry.seq, entry])).values()];
  }

  /** What waited for keys that are here now, with the next transaction. */
  async openLate(): Promise<void> {
    if (this.view === null || this.view.epochs === this.durable?.epochs) return;
    const opened = openLate(this.view, await this.#entries());
    this.view = opened.view;
    const alerts = opened.entries.flatMap((entry) => entry.alerts);
    await stateRefused(this.#ports.statements, this.threadId, alerts);
    this.#batch = [...this.#batch, ...opened.entries];
  }

  /** Makes durable what was taken, with what that settles. */
  async save(more: readonly StoreChange[] = []): Promise<void> {
    const after = this.view;
    if (after === null) return;
    const changes = [...this.#moved(after), ...more];
    if (changes.length > 0) await this.#ports.store.commit(changes);
    this.durable = after;
    this.#batch = [];
    if (more.length > 0) await this.refreshWaiting();
  }

  /** Remembers what stops the log, or that nothing does any more, after all that was taken before it is durable. */
  async hold(stop: Stop | null): Promise<void> {
    await this.save();
    const known = this.stoppedBy;
    if (stop === null && known === null) return;
    const { store, statements } = this.#ports;
    const alert = stop?.alert ?? null;
    const evidence = stop?.evidence ?? null;
    const shown =
      alert === null || evidence === null
        ? []
        : await Evidence.keep(store, this.threadId, { alert, evidence });
    await store.commit([ThreadShelf.stop(this.threadId, alert), ...shown]);
    this.stoppedBy = alert;
    const isOfEntry = stop?.isOfEntry === true;
    if (alert !== null) await stateAlert(statements, this.threadId, { alert, known, isOfEntry });
  }

  #moved(after: ThreadView): readonly StoreChange[] {
    const entries = this.#batch;
    const isMoved = after !== this.durable || entries.length > 0;
    return isMoved ? this.shelf.take({ before: this.durable, after, entries }) : [];
  }

  /** The blob of that hash, `null` when the server does not give it. */
  async blobFor(hash: Uint8Array): Promise<Uint8Array | null> {
    try {
      return await fetchBlob(this.#ports.session, this.threadId, hash);
    } catch (error) {
      if (isDomainError(error, 'blob.not-found', 'client.answer-malformed')) return null;
      throw error;
    }
  }

  #isOwn({ item }: Taken): boolean {
    return item.author?.deviceId === this.#ports.device.self.deviceId;
  }

  /** Durable by itself: what changes keys or members, and what is our own. */
  #isStep(received: Taken): boolean {
    const { effect } = received;
    const isPlain = effect.kind === 'content' || effect.kind === 'placeholder';
    return !isPlain || this.#isOwn(received);
  }

  #faultOf(received: Taken, item: LogItem): ThreadAlert | null {
    const fault = this.#isOwn(received) ? ownFault(received, item, this.#waiting) : null;
    return fault ?? receiptFault(received, this.receipts);
  }

  /** With what it needs besides, as long as that can be had; a blob that the server does not give makes it wait. */
  async #receive(item: LogItem): Promise<Received> {
    if (this.view === null) throw new RangeError('reading has not begun');
    const blobs = this.#ownBlobs();
    for (;;) {
      const ground = this.#groundWith(blobs);
      const received = await withGrantedKeys(await receiveEntry(this.view, item, ground), ground);
      if (received.kind !== 'waits') return received;
      const { need } = received;
      if (need.kind === 'directory') {
        await this.#ports.refreshDirectory();
        this.directory = viewOf(this.#ports, true);
        continue;
      }
      const blob = await this.blobFor(need.hash);
      if (blob === null) return received;
      blobs.set(toHex(need.hash), blob);
    }
  }

  /** What we handed in ourselves need not be fetched. */
  #ownBlobs(): Map<string, Uint8Array> {
    const own = this.#waiting.flatMap(({ prepared }) => prepared?.blobs ?? []);
    return new Map(own.map((blob) => [toHex(sha256(blob)), blob]));
  }

  #groundWith(blobs: ReadonlyMap<string, Uint8Array>): ReceiveGround {
    const { groups, device } = this.#ports;
    return {
      port: groups,
      directory: this.directory,
      kemSeed: device.kemSeed,
      pending: this.#pending(),
      wasRevoked: (deviceId) => this.directory.isEndedWithin(deviceId, this.knownAtEnd),
      entryAt: async (seq) => this.entryAt(seq),
      findEntry: async (deviceId, entryId) =>
        this.#batch.find(
          (entry) => entry.entryId === entryId && entry.author?.deviceId === deviceId,
        )?.seq ?? (await this.shelf.placeOf(this.threadId, deviceId, entryId)),
      blobOf: async (hash) => blobs.get(toHex(hash)) ?? null,
    };
  }

  /** What later entries and beacons are judged by. */
  async entryAt(seq: number): ReturnType<ReceiveGround['entryAt']> {
    const batched = this.#batch.find((entry) => entry.seq === seq);
    const entry = batched ?? (await this.shelf.entryAt(this.threadId, seq));
    if (entry === null) return null;
    return { chain: entry.chain, kind: entry.kind, personId: entry.author?.personId ?? null };
  }

  #pending(): PendingGroup | null {
    const { groups, clock } = this.#ports;
    const auth = credentialCheckAt(this.directory, clock.nowMs());
    const underWay = this.#waiting.find(({ prepared }) => prepared?.next != null);
    return pendingOf(underWay, { port: groups, auth });
  }

  /** What an entry settles in the outbox: an own one is done; a commit of another ends what was made before it. */
  #settled(taken: Taken): readonly StoreChange[] {
    const { item, effect } = taken;
    const isShred = effect.kind === 'lifecycle' && effect.statement.action === 'shred';
    if (isShred) this.isEnding = true;
    const ends = isShred ? [ending(this.threadId, { by: item.seq, isConfirmed: false })] : [];
    const isOwn = this.#isOwn(taken);
    const done = this.#waiting.find((one) => isOwn && lastIdOf(one) === item.entryId);
    if (done !== undefined) return [Outbox.forget(done), ...ends];
    if (isShred) return ends;
    if (effect.kind !== 'committed') return [];
    return this.#waiting
      .filter(({ prepared }) => prepared?.next != null)
      .map((beaten) => Outbox.keep({ ...beaten, prepared: null }));
  }
}

/** An append is taken as a whole, and is out of the way with its last entry. */
function lastIdOf({ entryId, prepared }: OutboxItem): EntryId {
  const last = prepared?.entries.at(-1);
  return last === undefined ? entryId : decodeEntry(last).header.entryId;
}

function stopFor(alert: ThreadAlert, item: LogItem): Stop {
  return { alert, evidence: Evidence.ofEntry(item), isOfEntry: true };
}

function viewOf({ directory, clock }: ThreadPorts, isCurrent: boolean): DirectoryOfThreads {
  return new DirectoryOfThreads(directory(), { nowMs: clock.nowMs(), isCurrent });
}
