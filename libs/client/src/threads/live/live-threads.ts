import { decodeBeacon, type ListedHead } from '@enlace/contracts';
import {
  equalBytes,
  isDomainError,
  parseBase64Url,
  type DomainError,
  type ErrorFacts,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import type { Dial, Line, LineListener } from '../../live/line.js';
import { retryDelayMs } from '../../retry-delay.js';
import { answerDelayMs } from './answer-turn.js';
import { catchUp, sayBeacon } from './catch-up.js';
import { doKeyDuties } from '../keys/do-duties.js';
import { Outbox } from '../kept/outbox.js';
import type { ShownAlert } from '../reading.js';
import type { ThreadPorts } from '../thread-ports.js';
import type { ThreadTurns } from './thread-turns.js';
import type { ThreadWork } from '../thread-work.js';
import { askForHeads, readBeaconShown, readPushed, readShredded } from '../wire/thread-wire.js';
import { CursorReports } from './cursor-reports.js';
import { ThreadNews, type NewEntry } from './thread-news.js';

/** How often ends of logs are asked for, whatever was pushed (reliability.md, section 1). In milliseconds. */
const LOOK_EVERY_MS = 60_000;
/** A line that held so long was a good one: the next is dialled without waiting longer each time. */
const GOOD_LINE_MS = 30_000;
/** What was pushed in one thread and waits for its turn; more of it is fetched instead. */
const WAITING_LIMIT = 256;

/** What is new, for whoever shows it. A notice outside the program says no more than that there is something. */
export type LiveNews =
  /** Whether entries come by themselves; without it they are asked for. */
  | { readonly kind: 'line'; readonly isOpen: boolean }
  | { readonly kind: 'entries'; readonly threadId: ThreadId; readonly entries: readonly NewEntry[] }
  | { readonly kind: 'alert'; readonly threadId: ThreadId; readonly alert: ShownAlert }
  /** What stopped the thread is over. */
  | { readonly kind: 'freed'; readonly threadId: ThreadId }
  /** The server shows the thread no more. */
  | { readonly kind: 'gone'; readonly threadId: ThreadId }
  /** Something did not work and is tried again; `threadId` is `null` for what is about no single thread. */
  | {
      readonly kind: 'put-off';
      readonly threadId: ThreadId | null;
      readonly error: DomainError;
    };

/** What following takes besides the threads. */
export interface LivePorts {
  readonly dial: Dial;
  /** Resolves after the time, or as soon as `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly tell: (news: LiveNews) => void;
  /** Threads to follow, also such as the server does not list; all of the person where it is left out. */
  readonly only?: ReadonlySet<ThreadId>;
}

/**
 * The threads of a device while they go on. Over an open line entries come by themselves and are verified exactly
 * like fetched ones; what does not come in its order is only a hint to fetch. Ends of logs are asked for at the
 * beginning, at every hint and every minute, so that a lost push costs time and nothing else. Without a line,
 * threads are polled; what waits to be sent goes out as soon as there is a server.
 */
export class LiveThreads {
  readonly #ports: ThreadPorts;
  readonly #turns: ThreadTurns;
  readonly #live: LivePorts;
  readonly #outbox: Outbox;
  readonly #news = new Map<ThreadId, ThreadNews>();
  readonly #gone = new Set<ThreadId>();
  readonly #waiting = new Map<ThreadId, number>();
  readonly #ending = new AbortController();
  /** Turns that were taken for what was heard. */
  readonly #underway = new Set<Promise<void>>();
  #reports: CursorReports | null = null;
  /** Wakes whoever waits for the next look. */
  #wake = new AbortController();
  #isDirectoryOld = false;
  /** What ended it before its time. */
  #fault: { readonly cause: Error } | null = null;

  constructor(ports: ThreadPorts, turns: ThreadTurns, live: LivePorts) {
    this.#ports = ports;
    this.#turns = turns;
    this.#live = live;
    this.#outbox = new Outbox(ports.store);
  }

  /**
   * Follows until `signal` aborts, once. What was read before is no news. Throws `session.ended`, `device.refused`:
   * then somebody has to sign in.
   */
  async run(signal: AbortSignal): Promise<void> {
    const end = () => this.#ending.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    this.#turns.keepWorks();
    try {
      await this.#remember();
      let failures = 0;
      while (!this.#isEnding) {
        const { heldMs, afterMs } = await this.#line();
        failures = heldMs >= GOOD_LINE_MS ? 0 : failures + 1;
        if (this.#isEnding) break;
        if (heldMs === 0) await this.#look();
        const pauseMs = Math.max(afterMs, retryDelayMs(failures, this.#ports.random));
        await this.#live.wait(pauseMs, this.#ending.signal);
      }
      await Promise.all(this.#underway);
    } finally {
      signal.removeEventListener('abort', end);
    }
    if (this.#fault !== null) throw this.#fault.cause;
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  async #remember(): Promise<void> {
    for (const id of await this.#turns.kept()) {
      await this.#turns.take(id, async ({ view }) => {
        this.#news.set(id, new ThreadNews(this.#ports, view?.head.seq ?? 0));
      });
    }
  }

  /** One line, from dialling to its end. */
  async #line(): Promise<{ readonly heldMs: number; readonly afterMs: number }> {
    const { clock } = this.#ports;
    const over = new AbortController();
    let afterMs = 0;
    let line: Line;
    try {
      line = await this.#live.dial(
        this.#listener((ms) => {
          afterMs = ms;
          over.abort();
        }),
      );
    } catch (error) {
      const { retryAfterSeconds } = this.#putOff(null, error);
      return { heldMs: 0, afterMs: Number(retryAfterSeconds ?? 0) * 1_000 };
    }
    const sinceMs = clock.nowMs();
    this.#reports = new CursorReports(line, async (ms) => this.#live.wait(ms, over.signal));
    this.#live.tell({ kind: 'line', isOpen: true });
    try {
      while (!over.signal.aborted && !this.#isEnding) {
        this.#wake = new AbortController();
        await this.#look();
        const signals = [over.signal, this.#ending.signal, this.#wake.signal];
        await this.#live.wait(LOOK_EVERY_MS, AbortSignal.any(signals));
      }
      if (!over.signal.aborted) await this.#reports.flush();
    } finally {
      this.#reports = null;
      line.close();
      this.#live.tell({ kind: 'line', isOpen: false });
    }
    return { heldMs: Math.max(1, clock.nowMs() - sinceMs), afterMs };
  }

  // Attacker-controlled: everything that is heard.
  #listener(closed: LineListener['closed']): LineListener {
    return {
      entry: (told) =>
        this.#hear(told, readPushed, async (work, { item }) => this.#push(work, item)),
      beacon: (told) =>
        this.#hear(told, readHeard, async (work, { bytes }) => this.#beacon(work, bytes)),
      // The word of the server alone: whoever looks erases what has ended, and nothing else.
      shredded: (told) => this.#hear(told, readShredded, async (work) => this.#catchUp(work)),
      directoryChanged: () => {
        this.#isDirectoryOld = true;
        this.#wake.abort();
      },
      closed,
    };
  }

  /** Takes a turn for what was heard, as long as not too much waits. */
  #hear<Heard extends { readonly threadId: ThreadId }>(
    told: JsonValue,
    read: (told: JsonValue) => Heard,
    act: (work: ThreadWork, heard: Heard) => Promise<void>,
  ): void {
    if (this.#isEnding) return;
    let heard: Heard;
    try {
      heard = read(told);
    } catch (error) {
      this.#putOff(null, error);
      return;
    }
    const { threadId } = heard;
    if (!this.#isFollowed(threadId)) return;
    const waiting = this.#waiting.get(threadId) ?? 0;
    if (waiting > WAITING_LIMIT) return;
    this.#waiting.set(threadId, waiting + 1);
    // The last one that is let in looks for what came after it.
    const isLast = waiting === WAITING_LIMIT;
    const turn = this.#inTurn(threadId, async (work) => {
      this.#waiting.set(threadId, (this.#waiting.get(threadId) ?? 1) - 1);
      await (isLast ? this.#catchUp(work) : act(work, heard));
    });
    this.#during(turn);
  }

  #during(turn: Promise<void>): void {
    this.#underway.add(turn);
    void turn.finally(() => this.#underway.delete(turn));
  }

  async #push(work: ThreadWork, item: ReturnType<typeof readPushed>['item']): Promise<void> {
    const isTaken = await work.follower.takePushed(item);
    const readSeq = work.view?.head.seq ?? 0;
    if (isTaken && work.view !== null) {
      this.#reports?.add(work.view.threadId, readSeq);
      await this.#answerRequest(work, work.view.threadId, readSeq);
    } else if (item.seq > readSeq || work.follower.stoppedBy !== null) await this.#catchUp(work);
    if (work.follower.isEnding) await this.#catchUp(work);
  }

  /** Whoever asks for a key waits for it: it is given soon, not when somebody reads the thread the next time. */
  async #answerRequest(work: ThreadWork, threadId: ThreadId, seq: number): Promise<void> {
    const kept = await work.follower.shelf.entryAt(threadId, seq);
    const delayMs = kept === null || work.view === null ? null : answerDelayMs(work.view, kept);
    if (delayMs === null) return;
    this.#during(this.#answerAfter(delayMs, threadId));
  }

  async #answerAfter(delayMs: number, threadId: ThreadId): Promise<void> {
    await this.#live.wait(delayMs, this.#ending.signal);
    if (!this.#isEnding)
      await this.#inTurn(threadId, async (work) => doKeyDuties(work, this.#ports));
  }

  async #beacon(work: ThreadWork, bytes: Uint8Array): Promise<void> {
    if (await work.follower.hearBeacon(bytes)) await this.#catchUp(work);
  }

  /** What is new anywhere, what waits to be sent, and signs of life of this device. */
  async #look(): Promise<void> {
    try {
      if (this.#isDirectoryOld) await this.#ports.refreshDirectory();
      this.#isDirectoryOld = false;
      const { size } = this.#ports.directory();
      const heads = await askForHeads(this.#ports.session);
      const ended = new Map(heads.map((head) => [head.threadId, head]));
      const ids = new Set([
        ...ended.keys(),
        ...this.#news.keys(),
        ...(await this.#outbox.threads()),
        ...(this.#live.only ?? []),
      ]);
      for (const threadId of [...ids].toSorted()) {
        if (this.#isEnding) return;
        const head = ended.get(threadId) ?? null;
        if (head !== null) this.#gone.delete(threadId);
        if (!this.#isFollowed(threadId) || this.#gone.has(threadId)) continue;
        await this.#inTurn(threadId, async (work) => this.#lookAt(work, head, size));
      }
    } catch (error) {
      this.#putOff(null, error);
    }
  }

  // Attacker-controlled: a head decides whether to read the log, and nothing else.
  async #lookAt(work: ThreadWork, head: ListedHead | null, size: number): Promise<void> {
    const { view, follower } = work;
    const isAt =
      view !== null &&
      head?.seq === view.head.seq &&
      equalBytes(parseBase64Url(head.chain), view.head.chain);
    const isQuiet = isAt && follower.waiting.length === 0 && follower.stoppedBy === null;
    if (!isQuiet || (await follower.isToldOfMore())) {
      await this.#catchUp(work);
      return;
    }
    await follower.rememberEnd(size);
    await sayBeacon(work, this.#ports);
  }

  async #catchUp(work: ThreadWork): Promise<void> {
    if (await catchUp(work, this.#ports)) return;
    const threadId = work.view?.threadId;
    if (threadId === undefined || this.#gone.has(threadId)) return;
    this.#gone.add(threadId);
    this.#live.tell({ kind: 'gone', threadId });
  }

  /** Works in a thread, then tells what is durable of it, also where the work failed. Never rejects. */
  async #inTurn(threadId: ThreadId, act: (work: ThreadWork) => Promise<void>): Promise<void> {
    try {
      await this.#turns.take(threadId, async (work) => {
        try {
          await act(work);
        } finally {
          await this.#tellNews(threadId, work);
        }
      });
    } catch (error) {
      this.#putOff(threadId, error);
    }
  }

  async #tellNews(threadId: ThreadId, work: ThreadWork): Promise<void> {
    const news = this.#news.get(threadId) ?? new ThreadNews(this.#ports, 0);
    this.#news.set(threadId, news);
    const { entries, alerts, isFreed } = await news.take(work);
    if (entries.length > 0) this.#live.tell({ kind: 'entries', threadId, entries });
    for (const alert of alerts) this.#live.tell({ kind: 'alert', threadId, alert });
    if (isFreed) this.#live.tell({ kind: 'freed', threadId });
  }

  #isFollowed(threadId: ThreadId): boolean {
    return this.#live.only?.has(threadId) ?? true;
  }

  /** What is tried again; what is not ends the whole. */
  #putOff(threadId: ThreadId | null, error: unknown): ErrorFacts {
    if (!isDomainError(error) || isOver(error)) {
      this.#fault ??= {
        cause: error instanceof Error ? error : new Error('no error', { cause: error }),
      };
      this.#ending.abort();
      return {};
    }
    // A thread that is stopped was told as an alert.
    if (error.code !== 'thread.stopped') this.#live.tell({ kind: 'put-off', threadId, error });
    return error.facts;
  }
}

/** Whatever is tried again ends the same until somebody acts. */
function isOver({ kind, code }: DomainError): boolean {
  return kind === 'unauthenticated' || code === 'device.refused' || code === 'store.damaged';
}

function readHeard(told: JsonValue) {
  const bytes = readBeaconShown(told);
  return { threadId: decodeBeacon(bytes).beacon.threadId, bytes };
}
