import { DomainError } from '@enlace/kernel';

/** The contact does not stand where the step needs it. */
export class ContactStep extends DomainError {
  override readonly code = 'contact.step';
  override readonly kind = 'conflict';

  constructor(step: string) {
    super(`the contact is ${step}`, { facts: { step } });
  }
}

/** No such contact, or none that the caller may know of. */
export class ContactNotFound extends DomainError {
  override readonly code = 'contact.not-found';
  override readonly kind = 'absent';
}
