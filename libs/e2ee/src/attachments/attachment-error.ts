import { DomainError } from '@enlace/kernel';

/** Why a file is not what its signed reference says. */
export type AttachmentRule =
  /** The reference contradicts itself. */
  | 'reference'
  /** Another file, or no sealed file. */
  | 'head'
  /** The key of the reference is not the one that its author sealed with, here and at this size. */
  | 'commitment'
  /** A chunk was changed, moved or comes from elsewhere. */
  | 'chunk'
  /** The stream ends in another chunk than the last, or does not end there. */
  | 'end'
  /** Bytes are missing or follow. */
  | 'length'
  /** After the real end comes something else than zeros. */
  | 'padding'
  /** A hash of the whole differs. */
  | 'hash';

/** A file that is refused, whatever of it was seen before: alert `ATTACHMENT_INTEGRITY`. `facts.rule` says why. */
export class AttachmentRefused extends DomainError {
  override readonly code = 'attachment.refused';
  override readonly kind = 'integrity';
  readonly alert = 'ATTACHMENT_INTEGRITY';

  constructor(rule: AttachmentRule, options: { cause?: unknown } = {}) {
    super(`the file is not what its reference says: ${rule}`, { ...options, facts: { rule } });
  }
}
