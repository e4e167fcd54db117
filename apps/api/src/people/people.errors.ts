import { DomainError } from '@enlace/kernel';

/** The invitation does not stand where the step needs it, or it is over. */
export class InvitationStep extends DomainError {
  override readonly code = 'invitation.step';
  override readonly kind = 'conflict';

  constructor(step: string) {
    super(`the invitation is ${step}`, { facts: { step } });
  }
}

/** No such invitation in the State that the caller speaks for. */
export class InvitationNotFound extends DomainError {
  override readonly code = 'invitation.not-found';
  override readonly kind = 'absent';
}

/** A claim that does not open an invitation. One answer for every reason: it tells a stranger nothing. */
export class InvitationRefused extends DomainError {
  override readonly code = 'invitation.refused';
  override readonly kind = 'unauthenticated';
}

/** No such person in the State that the caller speaks for. */
export class PersonNotFound extends DomainError {
  override readonly code = 'person.not-found';
  override readonly kind = 'absent';
}

/** The person is frozen already: nothing is left to stop. */
export class PersonFrozen extends DomainError {
  override readonly code = 'person.frozen';
  override readonly kind = 'conflict';
}

/** The code of re-entry does not stand where the step needs it, or it is over. */
export class ReentryStep extends DomainError {
  override readonly code = 'reentry.step';
  override readonly kind = 'conflict';

  constructor(step: string) {
    super(`the code is ${step}`, { facts: { step } });
  }
}
