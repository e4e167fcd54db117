/** Sizes of what goes into a thread, in bytes where nothing else is said (protocol.md, sections 2 and 6.3). */
export const THREAD_LIMITS = {
  /** What is sealed, of every kind. */
  sealedPlaintext: 32_767,
  /** The body of a sealed entry: the largest bucket of the padding, and the tag. */
  sealedBody: 32_768 + 16,
  /** A whole entry of a clear kind. */
  clearEntry: 44 * 1024,
  /** An MLS message inside a clear body; a larger one is a blob, named by its hash. */
  inlineMessage: 32 * 1024,
  blob: 1024 * 1024,
  /** Devices that one grant gives keys to, and epochs whose keys it gives. */
  grantRecipients: 64,
  grantEpochs: 4_096,
  /** Entries of one append. */
  entriesPerAppend: 32,
  /** Devices of a thread. */
  devices: 100,
  /** Leaves that one commit removes. */
  removalsPerCommit: 20,
  /** Persons who are members. */
  members: 100,
  /** Open invitations. */
  invitations: 64,
  /** Entries that one redaction erases. */
  redactionTargets: 256,
  /** Threads of one page of the own ones. */
  threadsPerPage: 200,
  /** Entries of one page, and the characters of one, in which an entry is base64url. */
  entriesPerPage: 200,
  pageCharacters: 4 * 1024 * 1024,
  /** Milliseconds within which the next page of one read is asked for. */
  pageTokenMs: 30_000,
  /** The package of a genesis, in characters of base64url: it travels in the same body. */
  openingPackageCharacters: 40 * 1024,
  /** Blobs of one person in one thread that no entry names yet; they go after an hour. */
  stagedBlobs: 16,
  /** Changes that one commit makes. */
  changesPerCommit: 64,
  /** An invitation ends at the latest this long after its commit. */
  invitationDays: 30,
  /** A leaf without an update of its device for this long is removed by the next committer. */
  staleLeafDays: 45,
  /** For so long a thread may be kept. */
  retentionDays: 36_500,
  /** Three years, as long as the minutes of an investigation are kept where nobody says otherwise. */
  usualRetentionDays: 1_096,
} as const;
