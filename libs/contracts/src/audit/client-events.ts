import type { RecordableType } from './event-fields.js';

export const CLIENT_EVENT_LIMITS = {
  /** Statements of one request. */
  statements: 100,
  /** Characters of one statement in base64url: with its signature it stands whole in a section of 4,096 bytes. */
  bodyCharacters: 3_840,
} as const;

/**
 * What only a device can know and says under its own signature. Auditors see these events marked as stated by a
 * client, and no service can record one without the statement.
 */
export const CLIENT_STATED = [
  'attachment.integrity-failed',
  'attachment.saved',
  'attachment.sealed',
  'attachment.transferred',
  'audit.verification-failed',
  'entry.refused',
  'receipt.disputed',
  'safety-number.verified',
  'thread.erasure-confirmed',
  'vault.rollback-detected',
] as const satisfies readonly RecordableType[];
export type ClientStatedType = (typeof CLIENT_STATED)[number];

/** How a receipt is found to be broken. */
export const DISPUTE_CAUSES = ['absent', 'late', 'different', 'unmanifested'] as const;
export type DisputeCause = (typeof DISPUTE_CAUSES)[number];

/** Where a file of a thread was opened to: a file outside of the client, or the page that shows it. */
export const SAVE_TARGETS = ['file', 'page'] as const;
export type SaveTarget = (typeof SAVE_TARGETS)[number];

/** Which check an entry did not pass: its signature, its place in the log, its key, what is allowed, one history. */
export const ENTRY_REFUSAL_CAUSES = ['signature', 'chain', 'decrypt', 'policy', 'fork'] as const;
export type EntryRefusalCause = (typeof ENTRY_REFUSAL_CAUSES)[number];

/** How two people compared their safety number. */
export const SAFETY_METHODS = ['in-person', 'by-telephone', 'by-video'] as const;
export type SafetyMethod = (typeof SAFETY_METHODS)[number];

/** The own members of a statement; `v`, `type`, `id`, `deviceId` and `at` stand beside them. */
export interface ClientStatedFields {
  /** A file that was fetched is not what its signed reference says: nothing of it was handed out. */
  readonly 'attachment.integrity-failed': {
    readonly threadId: string;
    readonly attachmentId: string;
    /** The check that did not hold. */
    readonly stage: string;
  };
  /** A file of a thread leaves the client, once every check of it held. */
  readonly 'attachment.saved': {
    readonly threadId: string;
    readonly attachmentId: string;
    readonly target: SaveTarget;
  };
  /** A file of a thread was sealed as evidence: what the seal says stays in the thread, with its salt. */
  readonly 'attachment.sealed': {
    readonly threadId: string;
    readonly attachmentId: string;
    readonly custodyId: string;
    readonly sealCommitment: string;
  };
  /**
   * Custody of a file was taken over by the person of this device: both signatures stay in the thread, with the salt.
   * A second factor is shown for it.
   */
  readonly 'attachment.transferred': {
    readonly threadId: string;
    readonly attachmentId: string;
    readonly custodyId: string;
    readonly sealCommitment: string;
    /** Who gave it, and the State that certified them. */
    readonly fromId: string;
    readonly fromState: string;
  };
  readonly 'audit.verification-failed': { readonly what: string; readonly evidenceHash: string };
  /** An entry of a thread was not taken for what it claims to be: nothing of it is shown, and it changes nothing. */
  readonly 'entry.refused': {
    readonly threadId: string;
    readonly seq: number;
    readonly cause: EntryRefusalCause;
  };
  readonly 'receipt.disputed': { readonly leafHash: string; readonly cause: DisputeCause };
  readonly 'safety-number.verified': {
    readonly peerId: string;
    readonly peerState: string;
    readonly method: SafetyMethod;
  };
  /** Of a thread whose content was destroyed, or whose term has ended, this device has no keys or texts any more. */
  readonly 'thread.erasure-confirmed': { readonly threadId: string };
  readonly 'vault.rollback-detected': { readonly expected: number; readonly found: number };
}

/** One statement on the wire: canonical JSON and the signature of the device key over it (`enlace/client-event/v1`). */
export interface SignedClientEvent {
  readonly body: string;
  readonly sig: string;
}

export interface ClientEventsTaken {
  /** Statements that became events with this request. */
  readonly recorded: number;
  /** Statements that were events already: the same id twice is one event. */
  readonly known: number;
}
