import {
  RATE_LIMITS,
  SERVER_EVENTS,
  type BeaconShown,
  type SignalShown,
  type ThreadShredded,
} from '@enlace/contracts';
import {
  equalBytes,
  idBytes,
  parseId,
  toBase64Url,
  type Clock,
  type ThreadId,
} from '@enlace/kernel';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { HINT_BUS, type HintBus } from '../platform/bus/hint-bus.js';
import type { Hint } from '../platform/bus/hint.js';
import { errorFields } from '../platform/logging/error-fields.js';
import type { Log } from '../platform/logging/log.js';
import { Refusal } from '../platform/problem/refusal.js';
import { TokenBuckets } from '../platform/rates/token-bucket.js';
import { SessionSockets, type ProvenSeat } from '../platform/realtime/session-sockets.js';
import { CLOCK, LOG } from '../platform/tokens.js';
import { Threads } from '../threads/threads.service.js';
import { DeliveryRepository } from './delivery.repository.js';

/** Beacons whose counter is remembered, so that each is passed on once. */
const BEACONS_LIMIT = 20_000;
const ID_BYTES = 16;

/**
 * Passes on what is no entry: that a thread was shredded, beacons, which every node reads and hands to its own
 * sockets, and signals, which reach the sockets of this node alone, because nothing but hints travels between nodes.
 * Nobody relies on any of them.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap {
  /** Counters of the beacons that were passed on, by thread and device; oldest first. */
  readonly #beacons = new Map<string, number>();
  readonly #signals: TokenBuckets;

  constructor(
    private readonly threads: Threads,
    private readonly repository: DeliveryRepository,
    private readonly sockets: SessionSockets,
    @Inject(HINT_BUS) private readonly bus: HintBus,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.#signals = new TokenBuckets(RATE_LIMITS.signals, clock);
  }

  onApplicationBootstrap(): void {
    const hear = ({ beacons, shredded }: Hint): void => {
      for (const name of beacons ?? []) void this.#passOn(name);
      for (const id of shredded ?? []) void this.#tellShredded(parseId<ThreadId>(id));
    };
    // What became of a thread is in its list, and a beacon that is missed in the answer of the next page.
    this.bus.subscribe({ onOwn: hear, onHint: hear, onGap: () => undefined });
  }

  /**
   * Passes a signal on. More than five a second of one socket are dropped without a word. Throws `body.malformed` for
   * one in the name of another device, `thread.not-found`.
   */
  async signal(seat: ProvenSeat, act: ActContext, shown: SignalShown): Promise<void> {
    if (this.#signals.take(seat.socket.id) > 0) return;
    const threadId = parseId<ThreadId>(shown.threadId);
    const head = Buffer.from(shown.signal, 'base64url').subarray(0, ID_BYTES);
    if (!equalBytes(head, idBytes(seat.session.deviceId))) throw new Refusal('body.malformed');
    await this.threads.assertMaySignal(act, threadId);
    const others = await this.#othersIn(threadId, seat.session.deviceId);
    const { signal } = shown;
    this.sockets.push(others, SERVER_EVENTS.signal, { threadId, signal } satisfies SignalShown);
  }

  async #passOn(name: string): Promise<void> {
    const [thread = '', deviceId = ''] = name.split('/');
    const threadId = parseId<ThreadId>(thread);
    try {
      const others = await this.#othersIn(threadId, deviceId);
      if (others.length === 0) return;
      const found = await this.repository.beacon(threadId, deviceId);
      if (found === null || found.counter <= (this.#beacons.get(name) ?? -1)) return;
      this.#remember(name, found.counter);
      const shown: BeaconShown = { beacon: toBase64Url(found.bytes) };
      this.sockets.push(others, SERVER_EVENTS.beacon, shown);
    } catch (error) {
      this.log.warn('delivery.unread', errorFields(error));
    }
  }

  async #tellShredded(threadId: ThreadId): Promise<void> {
    try {
      const members = this.sockets.ofPersons(await this.repository.members(threadId));
      const shredded: ThreadShredded = { threadId };
      this.sockets.push(members, SERVER_EVENTS.shredded, shredded);
    } catch (error) {
      this.log.warn('delivery.unread', errorFields(error));
    }
  }

  async #othersIn(threadId: ThreadId, deviceId: string): Promise<readonly ProvenSeat[]> {
    const persons = await this.repository.members(threadId);
    return this.sockets.ofPersons(persons).filter(({ session }) => session.deviceId !== deviceId);
  }

  #remember(name: string, counter: number): void {
    this.#beacons.delete(name);
    this.#beacons.set(name, counter);
    const [oldest] = this.#beacons.keys();
    if (this.#beacons.size > BEACONS_LIMIT && oldest !== undefined) this.#beacons.delete(oldest);
  }
}
