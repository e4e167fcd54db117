/** Exit codes of every verb. Numbers from 5 on belong to single verbs and stand beside them. */
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

/** `serve` and `demo` only: the start was refused, nothing was changed (EX_CONFIG of sysexits(3)). */
export const START_REFUSED = 78;
