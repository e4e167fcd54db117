import { DomainError } from '@enlace/kernel';

/** Bytes that are no entry, receipt, beacon or body of a thread. Nothing of the input is repeated in the message. */
export class EntryMalformed extends DomainError {
  override readonly code = 'entry.malformed';
  override readonly kind = 'malformed';
}
