import type { Problem } from './problem.js';

/** What every socket event of a client is answered with; an event without an answer is a fault of the server. */
export type SocketAnswer<Data> =
  { readonly ok: true; readonly data: Data } | { readonly ok: false; readonly problem: Problem };

/** Events that the server sends by itself. */
export const SERVER_EVENTS = {
  /** The node is going away: connect again after `afterMs` milliseconds. */
  reconnect: 'session.reconnect',
} as const;
