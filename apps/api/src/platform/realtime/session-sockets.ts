import { createHash } from 'node:crypto';

import { SERVER_EVENTS, SESSION_LIMITS } from '@enlace/contracts';
import { toHex, type Clock } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';

import { LiveSessions, type LiveSession } from '../access/live-session.repository.js';
import { readToken } from '../access/session-token.js';
import type { SessionHash } from '../database/database.js';
import { Refusal } from '../problem/refusal.js';
import { freshNonce } from '../proof/proof-nonce.js';
import { CLOCK } from '../tokens.js';
import { SessionWatch } from './session-watch.js';

/** Two while one replaces the other. */
const SOCKETS_PER_DEVICE = 2;
const TICKET = /^[A-Za-z0-9_-]{43}$/;

/** What the server knows of a socket that was let in with a ticket. */
interface Seat {
  readonly socket: Socket;
  readonly session: LiveSession;
  isProven: boolean;
}

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
  readonly #seats = new Map<Socket, Seat>();

  constructor(
    private readonly sessions: LiveSessions,
    private readonly watch: SessionWatch,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    watch.guard({ hashes: () => this.#hashes(), drop: (hash) => this.drop(hash) });
  }

  /** Lets a socket in for its ticket. Throws `ticket.refused`, `origin.refused`, `service.unavailable`. */
  async admit(socket: Socket): Promise<void> {
    this.watch.assertCurrent();
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
    this.#seats.set(socket, { socket, session, isProven: false });
    socket.once('disconnect', () => this.#seats.delete(socket));
    this.#closeOldest(session.deviceId);
  }

  /** Called when the socket is open: it is told its first nonce and has five seconds to answer. */
  greet(socket: Socket): void {
    const seat = this.#seats.get(socket);
    if (seat === undefined) return;
    socket.emit(SERVER_EVENTS.nonce, { nonce: this.#nonce(seat) });
    const timer = setTimeout(() => {
      if (!seat.isProven) socket.disconnect(true);
    }, SESSION_LIMITS.socketProofMs);
    timer.unref();
    socket.once('disconnect', () => clearTimeout(timer));
  }

  find(socket: Socket): { readonly session: LiveSession; readonly isProven: boolean } | null {
    return this.#seats.get(socket) ?? null;
  }

  /** From here on its events are handled and it may be delivered to. */
  prove(socket: Socket): void {
    const seat = this.#seats.get(socket);
    if (seat !== undefined) seat.isProven = true;
  }

  /** The nonce for the next proof of a socket, absent where it has no session. */
  nonceOf(socket: Socket): { readonly nonce?: string } {
    const seat = this.#seats.get(socket);
    return seat === undefined ? {} : { nonce: this.#nonce(seat) };
  }

  /** Sockets of a device that may be delivered to. */
  ofDevice(deviceId: string): readonly Socket[] {
    return [...this.#seats.values()]
      .filter(({ session, isProven }) => isProven && session.deviceId === deviceId)
      .map(({ socket }) => socket);
  }

  /**
   * Tells every socket that proved its session, one by one; what a socket misses, its client finds by the clock. Throws
   * `service.unavailable` on a node that does not know whom to serve.
   */
  tellAll(event: string, news: object): void {
    this.watch.assertCurrent();
    for (const { socket, isProven } of this.#seats.values()) {
      if (isProven) socket.emit(event, news);
    }
  }

  drop(hash: Uint8Array): void {
    const dead = toHex(hash);
    for (const { socket, session } of this.#seats.values()) {
      if (toHex(session.sidHash) === dead) socket.disconnect(true);
    }
  }

  #hashes(): readonly SessionHash[] {
    return [...this.#seats.values()].map(({ session }) => session.sidHash);
  }

  #closeOldest(deviceId: string): void {
    const seats = [...this.#seats.values()].filter(({ session }) => session.deviceId === deviceId);
    for (const { socket } of seats.slice(0, -SOCKETS_PER_DEVICE)) socket.disconnect(true);
  }

  #nonce({ session }: Seat): string {
    return freshNonce(session, this.clock.nowMs());
  }
}
