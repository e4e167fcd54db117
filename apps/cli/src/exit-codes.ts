/** Exit codes of every verb (architecture.md, section 7); `serve` and `demo` refuse to start with 78. */
export const EXIT = {
  /** Done, sound, ready. */
  done: 0,
  /** Done with reservations. */
  reservations: 1,
  /** Integrity alert, not sound, not ready. */
  alert: 2,
  /** The input is malformed. */
  malformed: 3,
  /** Cannot run: usage, I/O, network, locked, refused by the server. */
  cannotRun: 4,
} as const;
