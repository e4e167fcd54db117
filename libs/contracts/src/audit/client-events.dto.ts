import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { REGIONAL_AUTHORITY, STATES, type StateCode } from '../states.js';
import {
  CLIENT_EVENT_LIMITS,
  CLIENT_STATED,
  DISPUTE_CAUSES,
  ENTRY_REFUSAL_CAUSES,
  SAFETY_METHODS,
  SAVE_TARGETS,
  type ClientStatedType,
  type DisputeCause,
  type EntryRefusalCause,
  type SafetyMethod,
  type SaveTarget,
} from './client-events.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HASH = /^[\w-]{43}$/;

/** A statement of a device: base64url of its canonical JSON, and the signature. */
export class SignedClientEventInput {
  @Matches(/^[\w-]+$/)
  @MaxLength(CLIENT_EVENT_LIMITS.bodyCharacters)
  readonly body: string;

  @Matches(/^[\w-]{86}$/)
  readonly sig: string;
}

/** `POST /audit/client-events`. */
export class ClientEventsRequest {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(CLIENT_EVENT_LIMITS.statements)
  @ValidateNested({ each: true })
  @Type(() => SignedClientEventInput)
  readonly statements: readonly SignedClientEventInput[];
}

/** `POST /audit/me/disputes`: the statement `receipt.disputed`, and the receipt itself. */
export class DisputeRequest extends SignedClientEventInput {
  /** base64url of 130 bytes. */
  @Matches(/^[\w-]{174}$/)
  readonly receipt: string;
}

/** The members that every statement has. */
class StatementForm {
  @Equals(1)
  readonly v: 1;

  @IsIn(CLIENT_STATED)
  readonly type: ClientStatedType;

  @Matches(UUID_V7)
  readonly id: string;

  @Matches(UUID)
  readonly deviceId: string;

  /** By the clock of the device. */
  @Matches(INSTANT)
  readonly at: string;
}

/** A fetched file is not the one that was sent. */
class AttachmentIntegrityFailedForm extends StatementForm {
  @Matches(UUID)
  readonly threadId: string;

  @Matches(UUID)
  readonly attachmentId: string;

  @Matches(/^[a-z-]{1,40}$/)
  readonly stage: string;
}

/** A file leaves the client. */
class AttachmentSavedForm extends StatementForm {
  @Matches(UUID)
  readonly threadId: string;

  @Matches(UUID)
  readonly attachmentId: string;

  @IsIn(SAVE_TARGETS)
  readonly target: SaveTarget;
}

/** A file was sealed as evidence; its seal is committed to, and not shown. */
class AttachmentSealedForm extends StatementForm {
  @Matches(UUID)
  readonly threadId: string;

  @Matches(UUID)
  readonly attachmentId: string;

  @Matches(UUID_V7)
  readonly custodyId: string;

  @Matches(HASH)
  readonly sealCommitment: string;
}

/** Custody of a sealed file was taken over; what both signed is committed to, and not shown. */
class AttachmentTransferredForm extends AttachmentSealedForm {
  @Matches(UUID)
  readonly fromId: string;

  @IsIn([...STATES, REGIONAL_AUTHORITY])
  readonly fromState: StateCode;
}

/** A check of a log, a bundle or a delivered client did not hold. */
class VerificationFailedForm extends StatementForm {
  @IsString()
  @Matches(/^[a-z0-9.:/-]{1,128}$/)
  readonly what: string;

  /** SHA-256 of what the device keeps as evidence. */
  @Matches(HASH)
  readonly evidenceHash: string;
}

/** An entry did not pass a check. */
class EntryRefusedForm extends StatementForm {
  @Matches(UUID)
  readonly threadId: string;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly seq: number;

  @IsIn(ENTRY_REFUSAL_CAUSES)
  readonly cause: EntryRefusalCause;
}

/** The server broke the promise of a receipt. */
class ReceiptDisputedForm extends StatementForm {
  @Matches(HASH)
  readonly leafHash: string;

  @IsIn(DISPUTE_CAUSES)
  readonly cause: DisputeCause;
}

/** Two people compared the digits of their safety number. */
class SafetyNumberVerifiedForm extends StatementForm {
  @Matches(UUID)
  readonly peerId: string;

  @IsIn([...STATES, REGIONAL_AUTHORITY])
  readonly peerState: StateCode;

  @IsIn(SAFETY_METHODS)
  readonly method: SafetyMethod;
}

/** The device has erased what it had of a thread. */
class ErasureConfirmedForm extends StatementForm {
  @Matches(UUID)
  readonly threadId: string;
}

/** The server showed an older vault than the device has seen. */
class VaultRollbackDetectedForm extends StatementForm {
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly expected: number;

  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly found: number;
}

/** The form of each type. */
export const CLIENT_EVENT_FORMS = {
  'attachment.integrity-failed': AttachmentIntegrityFailedForm,
  'attachment.saved': AttachmentSavedForm,
  'attachment.sealed': AttachmentSealedForm,
  'attachment.transferred': AttachmentTransferredForm,
  'audit.verification-failed': VerificationFailedForm,
  'entry.refused': EntryRefusedForm,
  'receipt.disputed': ReceiptDisputedForm,
  'safety-number.verified': SafetyNumberVerifiedForm,
  'thread.erasure-confirmed': ErasureConfirmedForm,
  'vault.rollback-detected': VaultRollbackDetectedForm,
} as const satisfies Readonly<Record<ClientStatedType, new () => StatementForm>>;
export type ClientEventForm = InstanceType<
  (typeof CLIENT_EVENT_FORMS)[keyof typeof CLIENT_EVENT_FORMS]
>;
