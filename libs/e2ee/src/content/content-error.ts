import { DomainError } from '@enlace/kernel';

/** What was sealed is no content of a thread: alert `MALFORMED`. Nothing of it is repeated. */
export class ContentMalformed extends DomainError {
  override readonly code = 'content.malformed';
  override readonly kind = 'malformed';

  constructor(options: { cause?: unknown } = {}) {
    super('not a content of a thread', options);
  }
}

/** A content of a version or type that a later build may know: no sign of an attack. */
export class ContentNewer extends DomainError {
  override readonly code = 'content.newer';
  override readonly kind = 'invalid';

  constructor() {
    super('a content of a later version');
  }
}
