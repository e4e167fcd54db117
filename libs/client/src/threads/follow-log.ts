import {
  anchorView,
  credentialCheckAt,
  findEpoch,
  receiveEntry,
  startReading,
  THREAD_ALERTS,
  unexplainedErasures,
  type LogItem,
  type PendingGroup,
  type Received,
  type ReceiveGround,
  type ThreadAlert,
  type ThreadView,
} from '@enlace/e2ee';
import { isDomainError, sha256, toBase64Url, toHex, type ThreadId } from '@enlace/kernel';

import type { StoreChange } from '../store/local-store.js';
import { DirectoryOfThreads } from './directory-of-threads.js';
import { keptEntryOf, type KeptEntry } from './kept/kept-entry.js';
import { openLate, withGrantedKeys } from './keys/late-entries.js';
import { restoreKeys } from './keys/restore.js';
import { Outbox, type OutboxItem } from './kept/outbox.js';
import { ReceiptShelf, type HeldReceipt } from './kept/receipt-shelf.js';
import { headFault, isInside, ownFault, receiptFault } from './log-faults.js';
import { pendingOf } from './kept/pending-group.js';
import type { ThreadPorts } from './thread-ports.js';
import { ThreadShelf } from './kept/thread-shelf.js';
import { askForPage, fetchBlob, type ToldPage } from './wire/thread-wire.js';

/** Sealed entries of one transaction: they change neither keys nor members. */
const BATCH_ENTRIES = 32;

type Taken = Extract<Received, { readonly kind: 'taken' }>;

/** Where a look at the log has led. */
export interface Followed {
  /** `null` for a thread of which the server shows nothing. */
  readonly view: ThreadView | null;
  /** What stopped it; everything before was taken. */
  readonly stoppedBy: ThreadAlert | null;
}

/**
 * Reads the log of one thread from the cursor on: each entry is verified by what those before it led to, and taken in
 * one transaction with everything that it changes. Nothing is shown that is not durable.
 */
export class LogFollower {
  readonly #ports: ThreadPorts;
  readonly #shelf: ThreadShelf;
  readonly #outbox: Outbox;
  readonly #threadId: ThreadId;
  #directory: DirectoryOfThreads;
  #view: ThreadView | null = null;
  /** The view that is durable, and what was taken since. */
  #durable: ThreadView | null = null;
  #batch: KeptEntry[] = [];
  /** What waits in this thread, as it is durable. */
  #waiting: readonly OutboxItem[] = [];
  readonly #receiptShelf: ReceiptShelf;
  /** The server's words about own entries of which the log may still be short. */
  #receipts: readonly HeldReceipt[] = [];
  /** How much of the directory was known when the log was last read to its end. */
  #knownAtEnd = 0;

  private constructor(ports: ThreadPorts, threadId: ThreadId) {
    this.#ports = ports;
    this.#threadId = threadId;
    this.#directory = viewOf(ports, false);
    const auth = credentialCheckAt(this.#directory, ports.clock.nowMs());
    this.#shelf = new ThreadShelf(ports.store, { port: ports.groups, auth });
    this.#outbox = new Outbox(ports.store);
    this.#receiptShelf = new ReceiptShelf(ports.store);
  }

  /** The thread as it is kept. Throws `store.damaged`. */
  static async open(ports: ThreadPorts, threadId: ThreadId): Promise<LogFollower> {
    const follower = new LogFollower(ports, threadId);
    follower.#view = await follower.#shelf.load(threadId);
    follower.#durable = follower.#view;
    follower.#waiting = await follower.#outbox.waiting(threadId);
    follower.#knownAtEnd = await follower.#shelf.knownAtEnd(threadId);
    follower.#receipts = await follower.#receiptShelf.beyond(threadId, follower.#readSeq);
    return follower;
  }

  get view(): ThreadView | null {
    return this.#durable;
  }

  get shelf(): ThreadShelf {
    return this.#shelf;
  }

  /** What waits to be sent in this thread, the oldest first. */
  get waiting(): readonly OutboxItem[] {
    return this.#waiting;
  }

  /** Remembers what waits, after it was changed beside the log. */
  async refreshWaiting(): Promise<void> {
    this.#waiting = await this.#outbox.waiting(this.#threadId);
  }

  /**
   * Reads to the end of the log as the server tells it; own entries stand where their receipts say. Throws the refusal
   * of the server, `client.*`.
   */
  async pull(): Promise<Followed> {
    for (;;) {
      const after = this.#readSeq;
      const { session } = this.#ports;
      // Before the end is told: what it ended writes nothing after that.
      const { size } = this.#directory;
      const page = await askForPage(session, this.#threadId, { after, proving: 'background' });
      this.#begin(page);
      const alert = (await this.#takePage(page)) ?? headFault(page, this.#view, this.#receipts);
      await this.#flush(alert);
      if (alert !== null) return this.#followed(alert);
      if (page.head.seq <= this.#readSeq || page.entries.length === 0) {
        return this.#followed(await this.#finish(page, size));
      }
    }
  }

  get #readSeq(): number {
    return this.#view?.head.seq ?? 0;
  }

  async #finish(page: ToldPage, size: number): Promise<ThreadAlert | null> {
    if (page.head.seq <= this.#readSeq) {
      const alert = await this.#restore();
      if (alert !== null) return alert;
      await this.#anchor();
      if (page.entries.length > 0) await this.#rememberEnd(size);
    }
    await this.#receiptShelf.sift(this.#threadId, this.#readSeq);
    this.#receipts = this.#receipts.filter(({ seq }) => seq > this.#readSeq);
    return this.#stopForErasures();
  }

  /** Keeps what the server signed, before anything is done with it. */
  async holdReceipts(receipts: readonly HeldReceipt[]): Promise<void> {
    await this.#ports.store.commit(receipts.map((one) => ReceiptShelf.keep(one)));
    this.#receipts = [...this.#receipts, ...receipts];
  }

  /** Keys that another device of the person has kept; kept in one transaction with what they open. */
  async #restore(): Promise<ThreadAlert | null> {
    const found = this.#view && (await restoreKeys(this.#view, this.#ports, this.#shelf));
    if (found === null) return null;
    this.#view = found.view;
    await this.#openLate();
    await this.#flush(found.alert);
    return found.alert;
  }

  async #openLate(): Promise<void> {
    if (this.#view === null || this.#view.epochs === this.#durable?.epochs) return;
    const entries = [...(await this.#shelf.entries(this.#threadId)), ...this.#batch];
    const opened = openLate(this.#view, entries);
    this.#view = opened.view;
    this.#batch.push(...opened.entries);
  }

  /** Takes one entry that was not fetched: an own one, from its receipt. */
  async takeOwn(item: LogItem): Promise<Followed> {
    const { self } = this.#ports.device;
    this.#view ??= startReading({ threadId: this.#threadId, self });
    const alert = await this.#take(item);
    await this.#flush(alert);
    return this.#followed(alert);
  }

  async #rememberEnd(size: number): Promise<void> {
    if (this.#view === null || size <= this.#knownAtEnd) return;
    await this.#ports.store.commit([ThreadShelf.end(this.#threadId, size)]);
    this.#knownAtEnd = size;
  }

  // Whoever was invited knows the members once the package of the newest epoch tells them; what strangers wrote before
  // that is a placeholder from then on.
  async #anchor(): Promise<void> {
    const view = this.#view;
    if (view?.members !== null || view.package === null || view.place === null) return;
    if (findEpoch(view, view.place)?.epochKey == null) return;
    const packageBlob = await this.#blobFor(view.package.packageHash);
    if (packageBlob === null) return;
    const { device, groups, clock } = this.#ports;
    const anchored = await anchorView(view, {
      port: groups,
      directory: this.#directory,
      device: { ...device.self, signSeed: device.signSeed },
      packageBlob,
      nowMs: clock.nowMs(),
    });
    this.#view = anchored.view;
    for (const alert of anchored.alerts) await this.#exclude(alert);
    await this.#flush(null);
  }

  async #exclude(alert: ThreadAlert): Promise<void> {
    const entry = await this.#shelf.entryAt(this.#threadId, Number(alert.facts['seq']));
    if (entry === null) return;
    const { reason } = THREAD_ALERTS[alert.kind];
    const effect = { effect: 'placeholder', reason };
    this.#batch.push({ ...entry, effect, alerts: [...entry.alerts, alert] });
  }

  /** At the end of the log: bodies that are gone, and nothing that was read allows it. */
  async #stopForErasures(): Promise<ThreadAlert | null> {
    const view = this.#view;
    const [seq] = view === null ? [] : unexplainedErasures(view, this.#witnessTimeMs());
    if (seq === undefined) return null;
    const alert: ThreadAlert = { kind: 'GAP', facts: { seq, rule: 'erased-by' } };
    await this.#flush(alert);
    return alert;
  }

  #followed(stoppedBy: ThreadAlert | null): Followed {
    return { view: this.#durable, stoppedBy };
  }

  // Attacker-controlled: where reading begins is the server's word until another member confirms the chain. Whoever was
  // removed and let in again begins anew: what was between is not for them.
  #begin({ entries, before }: ToldPage): void {
    const [first] = entries;
    if (first === undefined) return;
    const view = this.#view;
    const isOut = view !== null && view.group === null && !isInside(view);
    if (view !== null && !(isOut && first.seq > view.head.seq + 1)) return;
    const { self } = this.#ports.device;
    const threadId = this.#threadId;
    const start = first.seq === 1 ? {} : { before: { seq: first.seq - 1, chain: before } };
    const begun = startReading({ threadId, self, ...start });
    // The own sequence goes on: this device has written nothing while it was out.
    const own = view?.devices.get(self.deviceId);
    const devices = own === undefined ? begun.devices : new Map([[self.deviceId, own]]);
    this.#view = { ...begun, devices };
  }

  async #takePage({ entries }: ToldPage): Promise<ThreadAlert | null> {
    for (const item of entries) {
      const alert = await this.#take(item);
      if (alert !== null) return alert;
    }
    return null;
  }

  async #take(item: LogItem): Promise<ThreadAlert | null> {
    if (this.#view === null) return null;
    const received = await this.#receive(item);
    if (received.kind === 'waits') return { kind: 'GAP', facts: { seq: item.seq, rule: 'blob' } };
    if (received.kind === 'stopped') return received.alert;
    const fault = this.#faultOf(received, item);
    if (fault !== null) return fault;
    this.#view = received.view;
    const bytes = item.entry instanceof Uint8Array ? item.entry : null;
    this.#batch.push(keptEntryOf(received, bytes));
    if (received.effect.kind === 'granted') await this.#openLate();
    if (this.#isStep(received) || this.#batch.length >= BATCH_ENTRIES) {
      await this.#flush(null, this.#settled(received));
    }
    return null;
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
    return fault ?? receiptFault(received, this.#receipts);
  }

  /** With what it needs besides, as long as that can be had; a blob that the server does not give makes it wait. */
  async #receive(item: LogItem): Promise<Received> {
    if (this.#view === null) throw new RangeError('reading has not begun');
    const blobs = this.#ownBlobs();
    for (;;) {
      const ground = this.#groundWith(blobs);
      const received = await withGrantedKeys(await receiveEntry(this.#view, item, ground), ground);
      if (received.kind !== 'waits') return received;
      const { need } = received;
      if (need.kind === 'directory') {
        await this.#refreshDirectory();
        continue;
      }
      const blob = await this.#blobFor(need.hash);
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
    const batched = (seq: number) => this.#batch.find((entry) => entry.seq === seq);
    return {
      port: groups,
      directory: this.#directory,
      kemSeed: device.kemSeed,
      pending: this.#pending(),
      wasRevoked: (deviceId) => this.#directory.isEndedWithin(deviceId, this.#knownAtEnd),
      entryAt: async (seq) => {
        const entry = batched(seq) ?? (await this.#shelf.entryAt(this.#threadId, seq));
        if (entry === null) return null;
        const personId = entry.author?.personId ?? null;
        return { chain: entry.chain, kind: entry.kind, personId };
      },
      findEntry: async (deviceId, entryId) =>
        this.#batch.find(
          (entry) => entry.entryId === entryId && entry.author?.deviceId === deviceId,
        )?.seq ?? (await this.#shelf.placeOf(this.#threadId, deviceId, entryId)),
      blobOf: async (hash) => blobs.get(toHex(hash)) ?? null,
    };
  }

  #pending(): PendingGroup | null {
    const { groups, clock } = this.#ports;
    const auth = credentialCheckAt(this.#directory, clock.nowMs());
    const underWay = this.#waiting.find(({ prepared }) => prepared?.next != null);
    return pendingOf(underWay, { port: groups, auth });
  }

  #witnessTimeMs(): number | null {
    const times = this.#ports.directory().quorum.map(({ witnessTimeMs }) => witnessTimeMs);
    return times.length === 0 ? null : Math.max(...times);
  }

  async #blobFor(hash: Uint8Array): Promise<Uint8Array | null> {
    try {
      return await fetchBlob(this.#ports.session, this.#threadId, hash);
    } catch (error) {
      if (isDomainError(error, 'blob.not-found', 'client.answer-malformed')) return null;
      throw error;
    }
  }

  async #refreshDirectory(): Promise<void> {
    await this.#ports.refreshDirectory();
    this.#directory = viewOf(this.#ports, true);
  }

  /** What an entry settles in the outbox: an own one is done; a commit of another ends what was made before it. */
  #settled({ item, effect }: Taken): readonly StoreChange[] {
    const isOwn = item.author?.deviceId === this.#ports.device.self.deviceId;
    const done = this.#waiting.find(({ entryId }) => isOwn && entryId === item.entryId);
    if (done !== undefined) return [Outbox.forget(done)];
    if (effect.kind !== 'committed') return [];
    return this.#waiting
      .filter(({ prepared }) => prepared?.next != null)
      .map((beaten) => Outbox.keep({ ...beaten, prepared: null }));
  }

  async #flush(alert: ThreadAlert | null, more: readonly StoreChange[] = []): Promise<void> {
    const after = this.#view;
    if (after === null) return;
    const entries = this.#batch;
    const moved = after === this.#durable ? [] : [{ before: this.#durable, after, entries }];
    const known = await this.#shelf.stoppedBy(this.#threadId);
    const isNews = alert !== null || known !== null;
    const stop = isNews ? [ThreadShelf.stop(this.#threadId, alert)] : [];
    const changes = [...moved.flatMap((step) => this.#shelf.take(step)), ...more, ...stop];
    if (changes.length > 0) await this.#ports.store.commit(changes);
    this.#durable = after;
    this.#batch = [];
    if (more.length > 0) await this.refreshWaiting();
    if (alert !== null) await this.#state(alert);
  }

  /** Told to the record, which shows it to the auditors of the own State. */
  async #state({ kind, facts }: ThreadAlert): Promise<void> {
    const told = JSON.stringify({ threadId: this.#threadId, kind, facts });
    const evidenceHash = toBase64Url(sha256(new TextEncoder().encode(told)));
    const what = `thread-${kind.toLowerCase().replaceAll('_', '-')}`;
    await this.#ports.statements.state({ type: 'audit.verification-failed', what, evidenceHash });
  }
}

function viewOf({ directory, clock }: ThreadPorts, isCurrent: boolean): DirectoryOfThreads {
  return new DirectoryOfThreads(directory(), { nowMs: clock.nowMs(), isCurrent });
}
