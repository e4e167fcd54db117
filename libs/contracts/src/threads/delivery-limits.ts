/** Sizes and times of what is pushed to sockets (reliability.md, section 2). */
export const DELIVERY_LIMITS = {
  /** Entries that a node reads at once. */
  entriesPerRead: 200,
  /** Milliseconds after which a node looks for entries that no hint told it of. */
  pollMs: 2_000,
  /** Bytes that wait for one socket; a slower one is cut off, and its client fetches what it missed. */
  queuedBytes: 1024 * 1024,
  /** Milliseconds in which a socket that is told to go has to be gone; then it is cut off. */
  farewellMs: 1_000,
  /** Sockets of one device: two while one replaces the other. */
  socketsPerDevice: 2,
  /** Threads of which one report of a device says how far it got. */
  cursors: 200,
  /** What a device reported is on record at the latest after this time, or after so many entries. */
  recordMs: 5_000,
  recordEntries: 200,
  /** Reports of a node that are not on record; beyond them it takes none and pushes nothing. */
  unrecordedReports: 10_000,
  /** A signal, sealed. */
  signalBytes: 1_024,
} as const;
