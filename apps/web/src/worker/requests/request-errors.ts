import { DomainError } from '@enlace/kernel';

/** Nothing of the request can be read in this browser. */
export class RequestNotHere extends DomainError {
  override readonly code = 'request.not-here';
  override readonly kind = 'absent';

  constructor() {
    super('no thread that was read here has the request');
  }
}

/** What was given is no request by the model, or one of another State or pair. */
export class RequestNotTaken extends DomainError {
  override readonly code = 'request.not-taken';
  override readonly kind = 'malformed';

  constructor(why: 'malformed' | 'other-state' | 'other-pair') {
    super('not a request that this place takes', { facts: { why } });
  }
}
