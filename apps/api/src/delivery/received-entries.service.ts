import {
  DELIVERY_LIMITS,
  type AuditEvent,
  type EntriesReceived,
  type StateCode,
} from '@enlace/contracts';
import { parseId, type ThreadId } from '@enlace/kernel';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import type { Transaction } from '../platform/database/database.js';
import { errorFields } from '../platform/logging/error-fields.js';
import { Refusal } from '../platform/problem/refusal.js';
import type { ProvenSeat } from '../platform/realtime/session-sockets.js';
import { SERVER_WORK, type ServerWork } from '../platform/server-work.js';
import { PushedRanges, type Range } from './pushed-ranges.js';
import type { LocalThread } from './local-threads.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Seconds after which reporting again makes sense. */
const RETRY_S = 30;
/** Events of one transaction. */
const EVENTS_AT_ONCE = 100;

interface PushedTo {
  readonly ranges: PushedRanges;
  about: LocalThread['about'];
}

/** What a device reported and is not on record yet. */
interface Reported {
  readonly seat: ProvenSeat;
  readonly act: ActContext;
  readonly threadId: ThreadId;
  readonly about: LocalThread['about'];
  readonly range: Range;
}

/**
 * What reached devices, for the record: what was pushed to a socket and then reported by its device, in batches. A
 * device can report no more than it was sent. When it cannot be recorded, nothing more is pushed to those sockets until
 * it is, and to none once too much waits.
 */
@Injectable()
export class ReceivedEntries implements OnApplicationShutdown {
  readonly #pushed = new WeakMap<ProvenSeat, Map<ThreadId, PushedTo>>();
  #reported: Reported[] = [];
  #writing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(@Inject(SERVER_WORK) private readonly work: ServerWork) {
    this.#timer = setInterval(() => void this.flush(), DELIVERY_LIMITS.recordMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** Too much waits to be recorded: nothing more is pushed, and no report is taken. */
  get isFull(): boolean {
    return this.#reported.length >= DELIVERY_LIMITS.unrecordedReports;
  }

  /** An entry went out to these sockets. */
  pushed(
    seats: readonly ProvenSeat[],
    { threadId, seq, about }: { threadId: ThreadId; seq: number; about: LocalThread['about'] },
  ): void {
    for (const seat of seats) {
      const threads = this.#pushed.get(seat) ?? new Map<ThreadId, PushedTo>();
      const known = threads.get(threadId) ?? { ranges: new PushedRanges(), about };
      known.about = about;
      known.ranges.push(seq);
      this.#pushed.set(seat, threads.set(threadId, known));
    }
  }

  /**
   * A device says how far it has got. Throws `body.malformed` for what is no cursor, and `audit.unavailable` while too
   * much waits: what was pushed can be reported later.
   */
  report(seat: ProvenSeat, act: ActContext, cursors: EntriesReceived['cursors']): void {
    if (!cursors.every(isCursor)) throw new Refusal('body.malformed');
    if (this.isFull) {
      throw new Refusal('audit.unavailable', { facts: { retryAfterSeconds: RETRY_S } });
    }
    const threads = this.#pushed.get(seat);
    let count = 0;
    for (const [id, seq] of cursors) {
      const threadId = parseId<ThreadId>(id);
      const pushed = threads?.get(threadId);
      if (pushed === undefined) continue;
      for (const range of pushed.ranges.take(seq)) {
        count += range.last - range.first + 1;
        this.#reported.push({ seat, act, threadId, about: pushed.about, range });
      }
    }
    if (count >= DELIVERY_LIMITS.recordEntries) void this.flush();
  }

  /** Writes what was reported. What cannot be written is kept, and its sockets are held meanwhile. */
  async flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#flush());
    await this.#writing;
  }

  async #flush(): Promise<void> {
    while (this.#reported.length > 0) {
      const batch = this.#reported.slice(0, EVENTS_AT_ONCE);
      try {
        await this.work.database.asServer(async (tx) => {
          for (const reported of batch) await this.#write(tx, reported);
        });
      } catch (error) {
        for (const { seat } of this.#reported) seat.isHeld = true;
        this.work.log.warn('delivery.unrecorded', errorFields(error));
        return;
      }
      this.#reported = this.#reported.slice(batch.length);
      for (const { seat } of batch) seat.isHeld = false;
    }
  }

  async #write(tx: Transaction, reported: Reported): Promise<void> {
    const { seat, act } = reported;
    const at = { tx, session: seat.context, act: { ...act, proof: null, attest: {} } };
    await this.work.writer.write(at, eventOf(reported), { signer: null, primary: null });
  }
}

// Attacker-controlled: a list of lists of any values.
function isCursor(cursor: readonly unknown[]): boolean {
  const [threadId, seq] = cursor;
  const isId = typeof threadId === 'string' && UUID.test(threadId);
  return cursor.length === 2 && isId && Number.isSafeInteger(seq) && Number(seq) > 0;
}

function eventOf({ seat, threadId, about, range }: Reported): AuditEvent<'entry.delivered'> {
  const { caseId, originator, states } = about;
  const all: readonly StateCode[] = [...new Set<StateCode>([...states, seat.context.state])];
  return {
    type: 'entry.delivered',
    outcome: 'success',
    object: { type: 'thread', id: threadId, ownerState: originator },
    states: all.toSorted(),
    threadId,
    caseId,
    fields: {
      firstSeq: range.first,
      lastSeq: range.last,
      count: range.last - range.first + 1,
    },
  };
}
