/** Where the next part of an upload begins; the server says it in each answer. */
export const UPLOAD_OFFSET_HEADER = 'upload-offset';

/** Body of `POST /threads/:id/attachments`: the length of the sealed file. */
export interface AttachmentReservation {
  readonly attachmentId: string;
  readonly length: number;
}

/** A place for a file: its parts travel under the ticket, and come with none of it twice. */
export interface AttachmentReserved {
  /** Longest part. */
  readonly partBytes: number;
  /** Where the next part begins. */
  readonly offset: number;
  readonly ticket: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Body of `POST .../complete`: SHA-256 of the sealed file, base64url. */
export interface AttachmentCompletion {
  readonly ciphertextSha256: string;
}

/** The right to fetch one file, in parts. */
export interface AttachmentTicketed {
  readonly ticketId: string;
  readonly ticket: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}
