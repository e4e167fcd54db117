import type { PersonId } from '@enlace/kernel';
import type { Socket } from 'socket.io';

import type { LiveSession } from '../access/live-session.repository.js';
import type { SessionContext } from '../database/database.js';

/** What the server knows of a socket that was let in with a ticket. */
export interface Seat {
  readonly socket: Socket;
  readonly session: LiveSession;
  /** `null` until the socket has proved its session: before it nothing is handled and nothing is delivered. */
  context: SessionContext | null;
  /** What reached it cannot be recorded: nothing more is pushed meanwhile. */
  isHeld: boolean;
  /** Why this node ends it; absent while it does not, and where the other side or the network did. */
  ending?: SocketEnd;
}

/**
 * Why a socket is over: its client said goodbye, nobody did, its session ended, its device opened more of them than it
 * may have, it did not take what it was sent, or its node went.
 */
export type SocketEnd = 'left' | 'lost' | 'session-ended' | 'replaced' | 'slow' | 'node-stopped';

/** The seats of a node, by what they are asked for; those of one device or person in the order of their arrival. */
export class Seats {
  readonly #bySocket = new Map<Socket, Seat>();
  readonly #byDevice = new Map<string, Set<Seat>>();
  readonly #byPerson = new Map<PersonId, Set<Seat>>();

  add(seat: Seat): void {
    const { deviceId, personId } = seat.session;
    this.#bySocket.set(seat.socket, seat);
    put(this.#byDevice, deviceId, seat);
    put(this.#byPerson, personId, seat);
  }

  remove(socket: Socket): void {
    const seat = this.#bySocket.get(socket);
    if (seat === undefined) return;
    this.#bySocket.delete(socket);
    take(this.#byDevice, seat.session.deviceId, seat);
    take(this.#byPerson, seat.session.personId, seat);
  }

  find(socket: Socket): Seat | null {
    return this.#bySocket.get(socket) ?? null;
  }

  all(): IterableIterator<Seat> {
    return this.#bySocket.values();
  }

  ofDevice(deviceId: string): readonly Seat[] {
    return [...(this.#byDevice.get(deviceId) ?? [])];
  }

  ofPerson(personId: PersonId): Iterable<Seat> {
    return this.#byPerson.get(personId) ?? [];
  }

  /** Whoever has a seat, proven or not. */
  persons(): readonly PersonId[] {
    return [...this.#byPerson.keys()];
  }
}

function put<Key>(index: Map<Key, Set<Seat>>, key: Key, seat: Seat): void {
  const seats = index.get(key) ?? new Set();
  index.set(key, seats.add(seat));
}

function take<Key>(index: Map<Key, Set<Seat>>, key: Key, seat: Seat): void {
  const seats = index.get(key);
  if (seats?.delete(seat) === true && seats.size === 0) index.delete(key);
}
