import { DomainError } from '@enlace/kernel';

/** A sign-in that did not hold. Why is told to nobody, not even by the time it took. */
export class SignInRefused extends DomainError {
  override readonly code = 'session.refused';
  override readonly kind = 'unauthenticated';
}

/** No such live session of the person who asks. */
export class SessionNotFound extends DomainError {
  override readonly code = 'session.not-found';
  override readonly kind = 'absent';
}
