import { DomainError } from '@enlace/kernel';

/** No answer came: no network, no server, or none in time. Whether the act took effect is not known. */
export class ServerUnreachable extends DomainError {
  override readonly code = 'client.unreachable';
  override readonly kind = 'unavailable';
}

/** An answer that has not the form it is said to have, or is too long; `facts.part` says which part. */
export class AnswerMalformed extends DomainError {
  override readonly code = 'client.answer-malformed';
  override readonly kind = 'malformed';

  constructor(part: string, options: { cause?: unknown } = {}) {
    super(`the answer of the server is refused: ${part}`, { ...options, facts: { part } });
  }
}

/** Asked for in a session that this client has ended; nothing was sent. */
export class SessionEnded extends DomainError {
  override readonly code = 'session.ended';
  override readonly kind = 'unauthenticated';
}

/** An address of a server that this client will not talk to. */
export class OriginMalformed extends DomainError {
  override readonly code = 'client.origin-malformed';
  override readonly kind = 'malformed';
}
