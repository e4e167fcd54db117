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

/** No step leads from where the request stands to where it was to go. */
export class NoStep extends DomainError {
  override readonly code = 'request.no-step';
  override readonly kind = 'stale';

  constructor(status: string, to: string) {
    super('no step from this status', { facts: { status, to } });
  }
}

/** What was answered is no opinion by the model: who says no, or yes but, says why. */
export class OpinionNotTaken extends DomainError {
  override readonly code = 'request.opinion-not-taken';
  override readonly kind = 'malformed';

  constructor() {
    super('not an opinion');
  }
}

/** Another version was shared since the one that was read. */
export class OtherVersion extends DomainError {
  override readonly code = 'request.other-version';
  override readonly kind = 'stale';

  constructor() {
    super('not the newest version');
  }
}

/** A finding blocks that nobody considered. */
export class NotReady extends DomainError {
  override readonly code = 'request.not-ready';
  override readonly kind = 'forbidden';

  constructor() {
    super('a blocker that nobody considered');
  }
}

/** No version of the request is frozen. */
export class NotFrozen extends DomainError {
  override readonly code = 'request.not-frozen';
  override readonly kind = 'absent';

  constructor() {
    super('no frozen version');
  }
}
