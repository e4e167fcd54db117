import { DomainError } from '@enlace/kernel';

/**
 * Bytes or text that are no entry, receipt, beacon, body, statement or state of a thread. Nothing of the input is
 * repeated in the message.
 */
export class EntryMalformed extends DomainError {
  override readonly code = 'entry.malformed';
  override readonly kind = 'malformed';
}
