import { DomainError } from '@enlace/kernel';

/** An event that cannot be encoded: a mistake of the code that recorded it. The act rolls back. */
export class EventMalformed extends DomainError {
  override readonly code = 'event.malformed';
  override readonly kind = 'fault';
}

/** An audited act that recorded no event of a type it declares. It rolls back. */
export class AuditUnrecorded extends DomainError {
  override readonly code = 'audit.unrecorded';
  override readonly kind = 'fault';
}

/** What cannot be recorded does not happen; a refusal that could not be recorded stands. */
export class AuditUnavailable extends DomainError {
  override readonly code = 'audit.unavailable';
  override readonly kind = 'unavailable';
}

/** The counter of a request proof was used up by an earlier request. */
export class ProofReplayed extends DomainError {
  override readonly code = 'proof.replayed';
  override readonly kind = 'unauthenticated';
}
