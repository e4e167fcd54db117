const GIB = 1024 ** 3;

/** Sizes and times of attached files (protocol.md, section 7), in bytes and milliseconds. */
export const ATTACHMENT_LIMITS = {
  /** One file before it is sealed, unless the server is told otherwise, and at most. */
  fileBytes: 2 * GIB,
  mostFileBytes: 8 * GIB,
  /** What one part of an upload brings. */
  partBytes: 4 * 1024 * 1024,
  /** What one answer of a download holds: the session behind it is looked at again for each. */
  answerBytes: 16 * 1024 * 1024,
  /** An upload is completed within this time after it was reserved. */
  uploadMs: 24 * 3_600_000,
  /** The ticket of a download. */
  ticketMs: 10 * 60_000,
  /** A completed file that no entry names goes after this time. */
  unusedMs: 7 * 24 * 3_600_000,
  /** Parts, up and down, that one device has under way at once. */
  transfersAtOnce: 3,
  /** Files that one entry names. */
  perEntry: 20,
} as const;
