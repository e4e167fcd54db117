import type { ThreadId } from '@enlace/kernel';

import type { EntriesAppending, PlacedEntry } from './thread-wire.js';

/** Body of the event `entry.append`: that of the route, and the thread. Its answer is that of the route. */
export interface EntriesSent extends EntriesAppending {
  readonly threadId: string;
}

/**
 * Event `entry`: an entry at its place, as it was committed. One that does not follow the last that a client knows is
 * only a hint to fetch.
 */
export interface EntryPushed extends PlacedEntry {
  readonly threadId: ThreadId;
}

/**
 * Body of the event `entry.received`: how far a device has got in threads of which entries were pushed to it, at most
 * once a second.
 */
export interface EntriesReceived {
  readonly cursors: readonly (readonly [threadId: string, seq: number])[];
}

/** Body of `PUT /threads/:id/beacon` and of the event `beacon`, in both directions: 160 bytes in base64url. */
export interface BeaconShown {
  readonly beacon: string;
}

/** Event `thread.shredded`. */
export interface ThreadShredded {
  readonly threadId: string;
}

/** Event `signal`, in both directions: somebody writes, or where a cursor is; sealed, and never stored. */
export interface SignalShown {
  readonly threadId: string;
  /** The device (16 bytes), a nonce and what is sealed, in base64url. */
  readonly signal: string;
}
