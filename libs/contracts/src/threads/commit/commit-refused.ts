import { DomainError } from '@enlace/kernel';

/** A commit that the profile of groups does not have; `facts.rule` says why. Nothing of the input is repeated. */
export class CommitRefused extends DomainError {
  override readonly code = 'commit.invalid';
  override readonly kind = 'invalid';

  constructor(rule: string) {
    super(`not a commit of a thread: ${rule}`, { facts: { rule } });
  }
}
