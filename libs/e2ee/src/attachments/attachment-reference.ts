/**
 * What a signed message says of a file: where it is, how it opens, and what it must be then. Hashes and keys are
 * base64url. A name is what its author typed: `safeFileName` before it becomes one of this machine.
 */
export interface AttachmentReference {
  readonly attachmentId: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes before the sealing, and chunks. */
  readonly size: number;
  readonly chunks: number;
  /** Random for this file alone, 32 bytes. */
  readonly key: string;
  readonly commitment: string;
  readonly sha256: string;
  readonly sha512: string;
  readonly ciphertextSha256: string;
  readonly acquiredAt?: string;
  readonly note?: string;
}

/** The part of a reference that the sealing gives; the rest is what a person says of the file. */
export type SealedFile = Omit<AttachmentReference, 'name' | 'mediaType' | 'acquiredAt' | 'note'>;
