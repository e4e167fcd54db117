import {
  anchorView,
  findEpoch,
  startReading,
  THREAD_ALERTS,
  unexplainedErasures,
  type LogItem,
  type ThreadAlert,
  type ThreadView,
} from '@enlace/e2ee';
import type { ThreadId } from '@enlace/kernel';

import type { HistoryStep } from './history/history-step.js';
import { Beacons } from './live/beacons.js';
import type { OutboxItem } from './kept/outbox.js';
import { ReceiptShelf, type HeldReceipt } from './kept/receipt-shelf.js';
import { ThreadShelf } from './kept/thread-shelf.js';
import { restoreKeys } from './keys/restore.js';
import { headFault, isInside } from './log-faults.js';
import { stateAlert, stateRefused } from './state-alert.js';
import { EntryTaker, type Stop } from './take-entries.js';
import type { ThreadPorts } from './thread-ports.js';
import { PageReader } from './wire/read-pages.js';
import type { ToldPage } from './wire/thread-wire.js';

/** Where a look at the log has led. */
export interface Followed {
  /** `null` for a thread of which the server shows nothing. */
  readonly view: ThreadView | null;
  /** What stopped it; everything before was taken. */
  readonly stoppedBy: ThreadAlert | null;
}

/** Reads the log of one thread from the cursor on, in pages or entry by entry as it is pushed. */
export class LogFollower {
  readonly #ports: ThreadPorts;
  readonly #taker: EntryTaker;
  readonly #beacons: Beacons;

  private constructor(ports: ThreadPorts, taker: EntryTaker) {
    this.#ports = ports;
    this.#taker = taker;
    this.#beacons = new Beacons(ports, taker);
  }

  /** The thread as it is kept. Throws `store.damaged`. */
  static async open(ports: ThreadPorts, threadId: ThreadId): Promise<LogFollower> {
    const taker = new EntryTaker(ports, threadId);
    await taker.load();
    return new LogFollower(ports, taker);
  }

  get view(): ThreadView | null {
    return this.#taker.durable;
  }

  /** What stops the thread, as it is durable. */
  get stoppedBy(): ThreadAlert | null {
    return this.#taker.stoppedBy;
  }

  get shelf(): ThreadShelf {
    return this.#taker.shelf;
  }

  /** What waits to be sent in this thread, the oldest first. */
  get waiting(): readonly OutboxItem[] {
    return this.#taker.waiting;
  }

  /** Remembers what waits, after it was changed beside the log. */
  async refreshWaiting(): Promise<void> {
    await this.#taker.refreshWaiting();
  }

  /**
   * Reads to the end of the log as the server tells it; own entries stand where their receipts say. Throws the refusal
   * of the server, `client.*`.
   */
  async pull(): Promise<Followed> {
    const taker = this.#taker;
    taker.look();
    const pages = new PageReader(this.#ports.session, taker.threadId);
    for (;;) {
      // Before the end is told: what it ended writes nothing after that.
      const { size } = taker.directory;
      const page = await pages.after(taker.readSeq);
      this.#begin(page);
      const stop = (await this.#takePage(page)) ?? this.#headStop(page);
      if (stop !== null) return this.#followed(stop);
      await taker.save();
      const isAtEnd = page.head.seq <= taker.readSeq;
      if (isAtEnd || page.entries.length === 0) {
        return this.#followed(await this.#finish(page, isAtEnd ? size : null));
      }
    }
  }

  /**
   * Takes an entry that came by itself, where it is the next one. False when the log has to be read instead: nothing
   * was taken then, and what came is nobody's word.
   */
  async takePushed(item: LogItem): Promise<boolean> {
    const taker = this.#taker;
    const { view, stoppedBy } = taker;
    if (view?.members == null || !isInside(view) || stoppedBy !== null) return false;
    if (item.seq !== view.head.seq + 1) return false;
    taker.look();
    if ((await taker.take(item)) !== null) return false;
    await taker.save();
    return true;
  }

  /**
   * Compares the log with what another device says of it. True when there is something to fetch: somebody has read
   * further, or the thread was stopped by it.
   */
  async hearBeacon(bytes: Uint8Array): Promise<boolean> {
    this.#taker.look();
    const { stop, isAhead } = await this.#beacons.hear([bytes]);
    if (stop !== null) await this.#taker.hold(stop);
    return isAhead || stop !== null;
  }

  /** Whether somebody said to have read further than this device was shown. */
  async isToldOfMore(): Promise<boolean> {
    return this.#beacons.isToldOfMore();
  }

  /** The word of this device of how far it has read, where it is time for one. */
  async sayBeacon(): Promise<Uint8Array | null> {
    return this.#beacons.say();
  }

  /** Keeps what the server signed, before anything is done with it. */
  async holdReceipts(receipts: readonly HeldReceipt[]): Promise<void> {
    await this.#ports.store.commit(receipts.map((one) => ReceiptShelf.keep(one)));
    this.#taker.receipts = [...this.#taker.receipts, ...receipts];
  }

  /** Keys that another device of the person has kept; kept in one transaction with what they open. */
  async #restore(): Promise<ThreadAlert | null> {
    const taker = this.#taker;
    const found = taker.view && (await restoreKeys(taker.view, this.#ports, taker.shelf));
    if (found === null) return null;
    taker.view = found.view;
    await taker.openLate();
    await taker.save();
    return found.alert;
  }

  /** Takes in a range that was given as history, with what its keys open. */
  async takeHistory({ view, entries, more, alert }: HistoryStep): Promise<void> {
    const taker = this.#taker;
    const { statements } = this.#ports;
    taker.view = view;
    for (const entry of entries) {
      if (alert === null) await stateRefused(statements, taker.threadId, entry.alerts);
      taker.change(entry);
    }
    await taker.openLate();
    await taker.eraseRedacted();
    await taker.save(more);
    if (alert !== null) await stateAlert(statements, taker.threadId, { alert, known: null });
  }

  /** Nothing of it can be read here any more: neither what was opened nor what could be. */
  async eraseContent(by: number): Promise<void> {
    await this.#taker.eraseContent(by);
  }

  /** Its content was destroyed by what was read, and is not gone from this device yet. */
  get isEnding(): boolean {
    return this.#taker.isEnding;
  }

  /** Takes one entry that was not fetched: an own one, from its receipt. */
  async takeOwn(item: LogItem): Promise<Followed> {
    const taker = this.#taker;
    const { self } = this.#ports.device;
    taker.view ??= startReading({ threadId: taker.threadId, self });
    const stop = await taker.take(item);
    await taker.save();
    return stop === null ? { view: taker.durable, stoppedBy: null } : this.#followed(stop);
  }

  #headStop(page: ToldPage): Stop | null {
    const alert = headFault(page, this.#taker.view, this.#taker.receipts);
    return alert === null ? null : { alert, evidence: null };
  }

  /** `size`: how much of the directory was known before the end was told; `null` for what ends before it. */
  async #finish({ beacons }: ToldPage, size: number | null): Promise<Stop | null> {
    const taker = this.#taker;
    if (size !== null) {
      const alert = await this.#restore();
      if (alert !== null) return { alert, evidence: null };
      await this.#anchor();
      await this.rememberEnd(size);
    }
    await taker.receiptShelf.sift(taker.threadId, taker.readSeq);
    taker.receipts = taker.receipts.filter(({ seq }) => seq > taker.readSeq);
    return this.#stopForErasures() ?? (await this.#beacons.hear(beacons)).stop;
  }

  /** The server told that the log ends where it was read to, when so much of the directory was known. */
  async rememberEnd(size: number): Promise<void> {
    const taker = this.#taker;
    if (taker.view === null || size <= taker.knownAtEnd) return;
    await this.#ports.store.commit([ThreadShelf.end(taker.threadId, size)]);
    taker.knownAtEnd = size;
  }

  // Whoever was invited knows the members once the package of the newest epoch tells them; what strangers wrote before
  // that is a placeholder from then on.
  async #anchor(): Promise<void> {
    const taker = this.#taker;
    const { view } = taker;
    if (view?.members !== null || view.package === null || view.place === null) return;
    if (findEpoch(view, view.place)?.epochKey == null) return;
    const packageBlob = await taker.blobFor(view.package.packageHash);
    if (packageBlob === null) return;
    const { device, groups, clock } = this.#ports;
    const anchored = await anchorView(view, {
      port: groups,
      directory: taker.directory,
      device: { ...device.self, signSeed: device.signSeed },
      packageBlob,
      nowMs: clock.nowMs(),
    });
    taker.view = anchored.view;
    for (const alert of anchored.alerts) await this.#exclude(alert);
    await taker.eraseRedacted();
    await taker.save();
  }

  async #exclude(alert: ThreadAlert): Promise<void> {
    const { shelf, threadId } = this.#taker;
    const entry = await shelf.entryAt(threadId, Number(alert.facts['seq']));
    if (entry === null) return;
    const { reason } = THREAD_ALERTS[alert.kind];
    await stateRefused(this.#ports.statements, threadId, [alert]);
    const effect = { effect: 'placeholder', reason };
    this.#taker.change({ ...entry, effect, alerts: [...entry.alerts, alert] });
  }

  /** At the end of the log: bodies that are gone, and nothing that was read allows it. */
  #stopForErasures(): Stop | null {
    const { view } = this.#taker;
    const [seq] =
      view === null ? [] : unexplainedErasures(view, this.#ports.directory().witnessedMs);
    if (seq === undefined) return null;
    return { alert: { kind: 'GAP', facts: { seq, rule: 'erased-by' } }, evidence: null };
  }

  async #followed(stop: Stop | null): Promise<Followed> {
    await this.#taker.hold(stop);
    return { view: this.#taker.durable, stoppedBy: stop?.alert ?? null };
  }

  // Attacker-controlled: where reading begins is the server's word until another member confirms the chain. Whoever was
  // removed and let in again begins anew: what was between is not for them.
  #begin({ entries, before }: ToldPage): void {
    const [first] = entries;
    if (first === undefined) return;
    const { view, threadId } = this.#taker;
    if (view !== null && !(mayBeginAnew(view) && first.seq > view.head.seq + 1)) return;
    const { self } = this.#ports.device;
    const start = first.seq === 1 ? {} : { before: { seq: first.seq - 1, chain: before } };
    const begun = startReading({ threadId, self, ...start });
    // The own sequence goes on: this device has written nothing while it was out.
    const own = view?.devices.get(self.deviceId);
    const devices = own === undefined ? begun.devices : new Map([[self.deviceId, own]]);
    this.#taker.view = { ...begun, devices };
  }

  async #takePage({ entries }: ToldPage): Promise<Stop | null> {
    for (const item of entries) {
      const stop = await this.#taker.take(item);
      if (stop !== null) return stop;
    }
    return null;
  }
}

/**
 * Out of the thread; or only a range was shown so far that was given to the person as history, and of which this device
 * has nothing: it is read apart.
 */
function mayBeginAnew(view: ThreadView): boolean {
  if (view.members !== null) return view.group === null && !isInside(view);
  return [...view.epochs.values()].every(({ epochKey }) => epochKey === null);
}
