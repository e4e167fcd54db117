import { IsInt, IsString, IsUUID, Matches, Max, Min } from 'class-validator';

import { attachmentLength } from './attachment-format.js';
import { ATTACHMENT_LIMITS } from './attachment-limits.js';
import type { AttachmentCompletion, AttachmentReservation } from './attachments.js';

const ID = /^[0-9a-f-]{36}$/;
/** base64url of 32 bytes. */
const HASH = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/** A place for a sealed file. */
export class ReserveAttachmentRequest implements AttachmentReservation {
  @IsUUID()
  @Matches(ID)
  readonly attachmentId: string;

  @IsInt()
  @Min(1)
  @Max(attachmentLength(ATTACHMENT_LIMITS.mostFileBytes))
  readonly length: number;
}

/** All parts are there. */
export class CompleteAttachmentRequest implements AttachmentCompletion {
  @IsString()
  @Matches(HASH)
  readonly ciphertextSha256: string;
}

/** `:id` of the thread and `:attachmentId` of the path of a file. */
export class AttachmentParams {
  @IsUUID()
  @Matches(ID)
  readonly id: string;

  @IsUUID()
  @Matches(ID)
  readonly attachmentId: string;
}
