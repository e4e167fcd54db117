import { createHash } from 'node:crypto';

import { DELIVERY_LIMITS, SERVER_EVENTS, SESSION_LIMITS } from '@enlace/contracts';
import { toHex, type Clock, type PersonId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';

import { LiveSessions, type LiveSession } from '../access/live-session.repository.js';
import { readToken } from '../access/session-token.js';
import type { SessionContext, SessionHash } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { Refusal } from '../problem/refusal.js';
import { freshNonce } from '../proof/proof-nonce.js';
import { CLOCK, LOG } from '../tokens.js';
import { cutOff, endConnection, pushFrame, queuedBytes } from './push-frame.js';
import { Seats, type Seat, type SocketEnd } from './seats.js';
import { SessionWatch } from './session-watch.js';

const TICKET = /^[A-Za-z0-9_-]{43}$/;

/** A socket that may be delivered to. */
export type ProvenSeat = Seat & { readonly context: SessionContext };

/** Told of a socket before its proof is answered, so that nothing is missed that comes after the answer. */
export type Arrival = (seat: ProvenSeat) => Promise<void>;

/** What is kept of a ticket for a handshake. */
export function ticketHash(ticket: string): Uint8Array {
  return createHash('sha256').update('enlace/socket-ticket/v1\0').update(ticket).digest();
}

/**
 * The sockets of this node that have a session, in the order of their arrival. A socket knows its session and never the
 * token; it is dropped when the session ends, whoever ended it on whatever node.
 */
@Injectable()
export class SessionSockets {
  readonly #seats = new Seats();
  readonly #arrivals: Arrival[] = [];

  constructor(
    private readonly sessions: LiveSessions,
    private readonly watch: SessionWatch,
    private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {
    watch.guard({ hashes: () => this.#hashes(), drop: (hash) => this.drop(hash) });
  }

  /** Lets a socket in for its ticket. Throws `ticket.refused`, `origin.refused`, `service.unavailable`. */
  async admit(socket: Socket): Promise<void> {
    await this.watch.becomeCurrent();
    const { auth, headers } = socket.handshake;
    const ticket: unknown = auth['ticket'];
    const isText = typeof ticket === 'string' && TICKET.test(ticket);
    const session = isText ? await this.sessions.takeTicket(ticketHash(ticket)) : null;
    if (session === null) throw new Refusal('ticket.refused');
    // A page of ours says so; only a program has no origin to say.
    if (headers.origin === undefined && session.via !== 'cli') throw new Refusal('origin.refused');
    const cookie = readToken({ cookie: headers.cookie });
    if (cookie !== null && toHex(cookie.sidHash) !== toHex(session.sidHash)) {
      throw new Refusal('ticket.refused');
    }
    this.#seats.add({ socket, session, context: null, isHeld: false });
    socket.once('disconnect', () => this.#seats.remove(socket));
    this.#closeOldest(session.deviceId);
  }

  /** Called when the socket is open: it is told its first nonce and has five seconds to answer. */
  greet(socket: Socket): void {
    const seat = this.#seats.find(socket);
    if (seat === null) return;
    socket.emit(SERVER_EVENTS.nonce, { nonce: this.#nonce(seat) });
    const timer = setTimeout(() => {
      if (seat.context === null) endConnection(socket);
    }, SESSION_LIMITS.socketProofMs);
    timer.unref();
    socket.once('disconnect', () => clearTimeout(timer));
  }

  find(socket: Socket): { readonly session: LiveSession; readonly isProven: boolean } | null {
    const seat = this.#seats.find(socket);
    return seat === null ? null : { session: seat.session, isProven: seat.context !== null };
  }

  /** The seat of a socket that has proved its session. Throws `session.ended` for one that is gone meanwhile. */
  getProven(socket: Socket): ProvenSeat {
    const seat = this.#seats.find(socket);
    if (seat === null || !isProven(seat)) throw new Refusal('session.ended');
    return seat;
  }

  /** Hears of every socket that proves its session from here on. */
  welcome(arrival: Arrival): void {
    this.#arrivals.push(arrival);
  }

  /** From here on its events are handled and it is delivered to, until `onEnd` is told, once, why no more. */
  async prove(
    socket: Socket,
    context: SessionContext,
    onEnd: (cause: SocketEnd) => void,
  ): Promise<void> {
    const seat = this.#seats.find(socket);
    if (seat === null) {
      onEnd('lost');
      return;
    }
    socket.once('disconnect', (reason) => onEnd(seat.ending ?? endOf(reason)));
    seat.context = context;
    if (isProven(seat)) await Promise.all(this.#arrivals.map((arrive) => arrive(seat)));
  }

  /** The nonce for the next proof of a socket, absent where it has no session. */
  nonceOf(socket: Socket): { readonly nonce?: string } {
    const seat = this.#seats.find(socket);
    return seat === null ? {} : { nonce: this.#nonce(seat) };
  }

  /** Persons with a socket on this node. */
  persons(): readonly PersonId[] {
    return this.#seats.persons();
  }

  /** Sockets of these persons that may be delivered to. */
  ofPersons(persons: Iterable<PersonId>): readonly ProvenSeat[] {
    const found: ProvenSeat[] = [];
    for (const personId of persons) {
      for (const seat of this.#seats.ofPerson(personId)) if (isProven(seat)) found.push(seat);
    }
    return found;
  }

  /**
   * Sends one event to these sockets, encoded once. One that does not take what it is sent is cut off before it costs
   * more memory: its client finds what it missed by sequence. Throws `service.unavailable` on a node that does not know
   * whom to serve; nothing was sent then.
   */
  push(seats: readonly Seat[], event: string, payload: object): void {
    this.watch.assertCurrent();
    const sockets = seats.map(({ socket }) => socket);
    pushFrame(sockets, event, payload);
    for (const socket of sockets) {
      if (queuedBytes(socket) <= DELIVERY_LIMITS.queuedBytes) continue;
      this.log.warn('socket.slow', { count: queuedBytes(socket) });
      this.metrics.slow();
      this.#say(socket, 'slow');
      cutOff(socket);
    }
  }

  /**
   * Tells every socket that proved its session; what a socket misses, its client finds by the clock. Throws
   * `service.unavailable` on a node that does not know whom to serve.
   */
  tellAll(event: string, news: object): void {
    this.push([...this.#seats.all()].filter(isProven), event, news);
  }

  drop(hash: Uint8Array): void {
    const dead = toHex(hash);
    for (const { socket, session } of this.#seats.all()) {
      if (toHex(session.sidHash) !== dead) continue;
      this.#say(socket, 'session-ended');
      endConnection(socket);
    }
  }

  #say(socket: Socket, cause: SocketEnd): void {
    const seat = this.#seats.find(socket);
    if (seat !== null) seat.ending ??= cause;
  }

  #hashes(): readonly SessionHash[] {
    return [...this.#seats.all()].map(({ session }) => session.sidHash);
  }

  #closeOldest(deviceId: string): void {
    const seats = this.#seats.ofDevice(deviceId);
    for (const { socket } of seats.slice(0, -DELIVERY_LIMITS.socketsPerDevice)) {
      this.#say(socket, 'replaced');
      endConnection(socket);
    }
  }

  #nonce({ session }: Seat): string {
    return freshNonce(session, this.clock.nowMs());
  }
}

function isProven(seat: Seat): seat is ProvenSeat {
  return seat.context !== null;
}

/** What the socket server says of an end that this node did not decide. */
function endOf(reason: string): SocketEnd {
  if (reason === 'client namespace disconnect') return 'left';
  const isOurs = reason === 'server namespace disconnect' || reason === 'server shutting down';
  return isOurs ? 'node-stopped' : 'lost';
}
