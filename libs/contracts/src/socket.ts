import type { Problem } from './problem.js';

/** What every socket event of a client is answered with; an event without an answer is a fault of the server. */
export type SocketAnswer<Data> = (
  { readonly ok: true; readonly data: Data } | { readonly ok: false; readonly problem: Problem }
) & {
  /** For the next proof of the session; absent where there is none. */
  readonly nonce?: string;
  /** Of an act that is on record, refused or not: what `RECEIPT_HEADER` is over HTTP. */
  readonly receipt?: string;
};

/** Events that the server sends by itself. */
export const SERVER_EVENTS = {
  /** The node is going away: connect again after `afterMs` milliseconds. */
  reconnect: 'session.reconnect',
  /** Statements were appended to the directory (`DirectoryChanged`); what a client misses it finds by its own clock. */
  directoryChanged: 'directory.changed',
  /** First thing that a socket hears: the nonce of the proof that it answers with. */
  nonce: 'session.nonce',
  /** An entry was committed (`EntryPushed`). */
  entry: 'entry',
  /** A device says how far it has read (`BeaconShown`). */
  beacon: 'beacon',
  /** What a thread held was destroyed (`ThreadShredded`): whoever has it judges that by what it can verify. */
  shredded: 'thread.shredded',
  /** Somebody in a thread is at something (`SignalShown`). */
  signal: 'signal',
} as const;

/** Events of a client besides the first one. Only `append` is on record and carries a proof; the others carry none. */
export const CLIENT_EVENTS = {
  append: 'entry.append',
  received: 'entry.received',
  beacon: 'beacon',
  signal: 'signal',
} as const;

/** What a client shows first on a socket; before it, nothing else is handled and nothing is delivered. */
export const PROVE_EVENT = 'session.prove';
/** Claim `htm` of that first proof; every later one names its event. */
export const SOCKET_METHOD = 'SOCKET';
