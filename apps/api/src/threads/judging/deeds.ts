import type { EntryKind, StateCode, ThreadStatement } from '@enlace/contracts';
import type { PersonId } from '@enlace/kernel';

/** What a redaction says, and of which place. */
export interface Redaction extends Pick<ThreadStatement<'redaction'>, 'targets' | 'reason'> {
  readonly seq: number;
}

/** An entry that somebody wants erased, as the log has it for the person of the session. */
export interface Redactable {
  readonly seq: number;
  readonly kind: EntryKind;
  readonly deviceId: string;
  readonly isErased: boolean;
}

/** The targets that are there, in their order, and below which sequence updates of records are in two snapshots. */
export interface RedactionGround {
  readonly entries: readonly Redactable[];
  readonly compactedBelow: number;
}

/** A person who approved of an act on the life of a thread. */
export interface LifeApproval {
  readonly personId: PersonId;
  readonly state: StateCode;
  /** Hexadecimal. */
  readonly nonce: string;
}

/** How much a thread lost when it was shredded: bodies, and complete files. */
export interface ErasedContent {
  readonly entries: number;
  readonly attachments: number;
}

/** What an entry does to the life of a thread. */
export interface LifeChange extends Pick<ThreadStatement<'lifecycle'>, 'action' | 'basis'> {
  readonly seq: number;
  readonly atMs: number;
  /** Of another term. */
  readonly until: string | null;
  readonly approvals: readonly LifeApproval[];
}
