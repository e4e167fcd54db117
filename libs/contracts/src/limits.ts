/** A token bucket: `perSecond` tokens flow in, at most `burst` are kept. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Sizes of what enters over HTTP and sockets. */
export const SIZE_LIMITS = {
  /** JSON body of a request. */
  jsonBodyBytes: 64 * 1024,
  /** All headers of a request together. */
  headerBytes: 16 * 1024,
  /** One frame of a socket: 64 KiB of body, the request proof and the quoting of both. */
  socketFrameBytes: 73_728,
  /** Events of one socket that the server has not acknowledged yet. */
  socketEventsUnacknowledged: 64,
} as const;

/** Times after which a slow peer is cut off. */
export const TIME_LIMITS = {
  headerMs: 5_000,
  requestMs: 30_000,
  socketConnectMs: 5_000,
  /** A graceful shutdown that takes longer is ended by force. */
  shutdownMs: 10_000,
} as const;

/** Sessions, their challenges and their proofs. */
export const SESSION_LIMITS = {
  /** A session in which nobody did anything for this long ends. */
  idleMs: 15 * 60_000,
  /** A session ends at the latest this long after its sign-in. */
  absoluteMs: 12 * 3_600_000,
  /** A session of recovery ends this long after it was opened, whatever is done in it. */
  recoveryMs: 15 * 60_000,
  /** A challenge is answered within this time, once. */
  challengeMs: 60_000,
  /** A step-up is used within this time, once. */
  stepUpMs: 5 * 60_000,
  /** A ticket opens one socket within this time. */
  socketTicketMs: 30_000,
  /** A socket that did not prove its session within this time is closed. */
  socketProofMs: 5_000,
  /** A node that could not confirm for this long that its sessions are not revoked serves nobody. */
  confirmedWithinMs: 2_000,
  /** How long a call waits for such a node to ask once more. */
  confirmWaitMs: 1_000,
  /** Live sessions of one person; one more ends the one that was idle longest. */
  perPerson: 4,
  /** How long one nonce is the fresh one, and how many of them are taken. */
  nonceWindowMs: 60_000,
  nonceWindows: 5,
  /** Characters of a request proof; it is recorded whole in a section of 4,096 bytes. */
  proofCharacters: 2_048,
} as const;

/** Requests, by class (reliability.md, section 5). */
export const RATE_LIMITS = {
  /** Requests without a session that stands, for each network address. */
  anonymous: { perSecond: 30, burst: 120 },
  /** Claims of invitations, their polls and first devices, for each network address. */
  claims: { perSecond: 1 / 6, burst: 10 },
  /** Questions of two devices that find each other, for each network address or session. */
  deviceLinks: { perSecond: 2, burst: 60 },
  /** The same of all addresses together, for the whole node. */
  deviceLinksOfNode: { perSecond: 50, burst: 500 },
  /** Sign-ins for each network address: ten a minute, of a challenge and its answer each. */
  signIns: { perSecond: 1 / 3, burst: 20 },
  /** Sign-ins and claims of all addresses together, for the whole node: 300 a minute, of two calls each. */
  signInsOfNode: { perSecond: 10, burst: 600 },
  /** Step-ups of each session: ten a minute, of a challenge and its answer each. */
  stepUps: { perSecond: 1 / 3, burst: 20 },
  /** Requests and events of each session that no other class counts. */
  acts: { perSecond: 30, burst: 120 },
  /** Pages of the directory, cards and lists of each session. */
  reads: { perSecond: 30, burst: 120 },
  /** Socket tickets of each session. */
  socketTickets: { perSecond: 1 / 2, burst: 30 },
  /** Checkpoints, hash tiles and entry bundles of logs, for each session. */
  logReads: { perSecond: 30, burst: 120 },
  /** Reads and writes of the own vault, of each session. */
  vault: { perSecond: 5, burst: 120 },
  /** Appends of each session. A batch is one. */
  appends: { perSecond: 20, burst: 60 },
  /** Further pages of reads that are on record, of each session. */
  pages: { perSecond: 30, burst: 120 },
  /** Entries of one thread, of all its devices together. */
  threadEntries: { perSecond: 50, burst: 300 },
  /** Signals of one socket; what is more is dropped without a word. */
  signals: { perSecond: 5, burst: 5 },
  /** Parts of threads that are taken away, of each session: five an hour. */
  threadExports: { perSecond: 5 / 3_600, burst: 5 },
  /** Blobs ahead of commits, and blobs read, of each session. */
  blobs: { perSecond: 5, burst: 60 },
  /** Reservations and completions of attached files: 60 of each a minute, of each session. */
  attachmentUploads: { perSecond: 2, burst: 120 },
  /** Tickets for downloads, of each session. */
  attachmentTickets: { perSecond: 1, burst: 60 },
  /** Parts of files, up and down, of each session. */
  attachmentParts: { perSecond: 20, burst: 60 },
  /** Searches of the record and single events of it, for each session: a bucket of its own. */
  auditSearches: { perSecond: 1, burst: 60 },
  /** Exports of the record, their files, and proofs of single events, for each session. */
  auditExports: { perSecond: 1 / 2, burst: 30 },
  /** Cosignatures that witnesses bring, for each network address. */
  cosignatures: { perSecond: 1, burst: 60 },
  /** Socket handshakes, for the whole node. */
  handshakes: { perSecond: 200, burst: 200 },
} as const satisfies Readonly<Record<string, RateLimit>>;

/** How the acts of all States share one node while there are more of them than it does at once. */
export const SHARE_LIMITS = {
  /** Acts under way at once; the pool of the database has a few connections more. */
  actsAtOnce: 16,
  /** Of those, at most this part for one State while an act of another State waits. */
  statePercent: 40,
  /** Acts that wait for their turn, of all States together and of one. */
  waiting: 400,
  waitingOfState: 200,
  /** An act that waited this long is refused with `rate.limited`. */
  waitMs: 2_000,
} as const;

export type RateLimitClass = keyof typeof RATE_LIMITS;
