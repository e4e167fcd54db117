import { DomainError } from '@enlace/kernel';

/** No demo on this machine, or nobody of that name in it. */
export class NotTheDemo extends DomainError {
  override readonly code = 'demo.none';
  override readonly kind = 'absent';
}
