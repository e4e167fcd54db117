import { DELIVERY_LIMITS, SERVER_EVENTS, type EntryPushed } from '@enlace/contracts';
import { formatInstant, parseId, type ThreadId } from '@enlace/kernel';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { HINT_BUS, type HintBus } from '../platform/bus/hint-bus.js';
import type { Hint } from '../platform/bus/hint.js';
import { errorFields } from '../platform/logging/error-fields.js';
import type { Log } from '../platform/logging/log.js';
import { SessionSockets, type ProvenSeat } from '../platform/realtime/session-sockets.js';
import { LOG } from '../platform/tokens.js';
import { DeliveryRepository, type CommittedEntry } from './delivery.repository.js';
import { LocalThreads, type LocalThread } from './local-threads.js';
import { ReceivedEntries } from './received-entries.service.js';

/** Threads of one round; they share what is read at once. */
const THREADS_PER_ROUND = 50;

/**
 * Hands committed entries to the sockets of this node: in the order of each log, to whoever is in the roster that was
 * frozen with the entry and has a session that stands. One round at a time reads what is next in all threads that have
 * news. What this node committed itself, what other nodes hint at and what the clock finds lead to the same reading, so
 * that nothing depends on a hint. Nothing of it is kept: killed anywhere, clients find by sequence what they missed.
 */
@Injectable()
export class DeliveryLoop implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #threads = new LocalThreads();
  /** Threads that were hinted at and are not known to be of anybody here, with the end that was told. */
  #strange = new Map<ThreadId, number>();
  /** Rounds, one after the other, while there is something to do. */
  #running: Promise<void> | null = null;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly sockets: SessionSockets,
    private readonly received: ReceivedEntries,
    @Inject(HINT_BUS) private readonly bus: HintBus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.sockets.welcome((seat) => this.#arrive(seat));
    this.bus.subscribe({
      onOwn: (hint) => this.#hear(hint),
      onHint: (hint) => this.#hear(hint),
      onGap: () => void this.#look(),
    });
    this.#timer = setInterval(() => void this.#look(), DELIVERY_LIMITS.pollMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#timer);
    await this.#looking;
    await this.#running;
  }

  /** Threads of this node that are not delivered to their end, for the metrics. */
  get behind(): number {
    return this.#threads.due(Infinity).length;
  }

  #hear({ threads }: Hint): void {
    for (const [id, seq] of threads ?? []) {
      const threadId = parseId<ThreadId>(id);
      if (!this.#threads.hear(threadId, seq)) this.#strange.set(threadId, seq);
    }
    if (threads !== undefined) this.#wake();
  }

  /** Before the proof of the socket is answered: whoever asks for heads after that misses nothing. */
  async #arrive({ session }: ProvenSeat): Promise<void> {
    try {
      for (const end of await this.repository.ofPerson(session.personId)) {
        this.#threads.keep(end, end.lastSeq);
      }
      this.#wake();
    } catch (error) {
      // The next look finds the same threads.
      this.log.warn('delivery.unread', errorFields(error));
    }
  }

  /** Asks where all local threads end, whatever was hinted. */
  async #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    await this.#looking;
  }

  async #lookOnce(): Promise<void> {
    if (this.#isEnding) return;
    try {
      await this.#findEnds();
    } catch (error) {
      this.log.warn('delivery.unread', errorFields(error));
    }
  }

  async #findEnds(): Promise<void> {
    const { ids } = this.#threads;
    const persons = this.sockets.persons();
    if (ids.length === 0 && persons.length === 0) return;
    for (const end of await this.repository.look(ids, persons)) {
      const known = this.#threads.find(end.threadId);
      // One that nobody was heard to come to: its last entry tells its members here that there is something to fetch.
      if (known !== null || end.isLocal) this.#threads.keep(end, end.lastSeq - 1);
      const isDone = known !== null && known.delivered >= end.lastSeq;
      if (isDone && !end.isLocal) this.#threads.forget(end.threadId);
    }
    this.#wake();
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isEnding && (await this.#round())) {
        // Until there is nothing left to deliver.
      }
    } catch (error) {
      // What was not delivered is due still, and the next look wakes this again.
      this.log.warn('delivery.unread', errorFields(error));
    }
  }

  /** False when there is nothing to do. */
  async #round(): Promise<boolean> {
    await this.#meetStrangers();
    const due = this.#threads.due(THREADS_PER_ROUND);
    if (due.length === 0) return this.#strange.size > 0;
    const from = due.map(({ threadId, delivered, roster }) => ({
      threadId,
      after: delivered,
      rosterVersion: roster.version,
    }));
    const most = Math.floor(DELIVERY_LIMITS.entriesPerRead / due.length);
    const entries = await this.repository.read(from, most);
    for (const thread of due) {
      const own = entries.filter(({ threadId }) => threadId === thread.threadId);
      this.#deliver(thread, own);
    }
    return true;
  }

  /** Takes in the threads among those hinted at in which somebody with a socket here stands. */
  async #meetStrangers(): Promise<void> {
    if (this.#strange.size === 0) return;
    const hinted = this.#strange;
    this.#strange = new Map();
    const persons = this.sockets.persons();
    if (persons.length === 0) return;
    for (const end of await this.repository.among([...hinted.keys()], persons)) {
      this.#threads.keep(end, (hinted.get(end.threadId) ?? end.lastSeq) - 1);
    }
  }

  #deliver(thread: LocalThread, entries: readonly CommittedEntry[]): void {
    // Nobody wrote what was hinted at: there is nothing to ask for again.
    if (entries.length === 0) thread.head = thread.delivered;
    for (const entry of entries) {
      const { threadId, seq } = entry;
      const persons = this.#threads.recipientsOf(thread, entry);
      const isFull = this.received.isFull;
      const seats = this.sockets.ofPersons(persons).filter(({ isHeld }) => !isHeld && !isFull);
      const frame = frameOf(entry);
      if (seats.length > 0 && frame !== null) {
        this.sockets.push(seats, SERVER_EVENTS.entry, frame);
        this.received.pushed(seats, { threadId, seq, about: thread.about });
      }
      thread.delivered = seq;
      thread.head = Math.max(thread.head, seq);
    }
  }
}

function frameOf({ threadId, seq, acceptedAtMs, entry }: CommittedEntry): EntryPushed | null {
  if (entry === null) return null;
  return {
    threadId,
    seq,
    acceptedAt: formatInstant(acceptedAtMs),
    entry: Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('base64url'),
  };
}
