import { DomainError } from '@enlace/kernel';

/** Another page of this browser works with the store; this one can write nothing any more. */
export class StoreTakenOver extends DomainError {
  override readonly code = 'client.store-taken-over';
  override readonly kind = 'conflict';

  constructor() {
    super('another page has taken over the store');
  }
}

/** A call that has not the form of its operation, or an answer that has not: a fault of this build. */
export class CallMalformed extends DomainError {
  override readonly code = 'client.call-malformed';
  override readonly kind = 'malformed';

  constructor(op: string) {
    super('a call of the page is refused', { facts: { op } });
  }
}
