import { DomainError } from '@enlace/kernel';

/** No such request, over, somebody else's, or not proven to be the own one: one answer for every reason. */
export class DeviceLinkNotFound extends DomainError {
  override readonly code = 'device-link.not-found';
  override readonly kind = 'absent';
}

/** What was said is not what comes next, or was said before. */
export class DeviceLinkStep extends DomainError {
  override readonly code = 'device-link.step';
  override readonly kind = 'conflict';
}
