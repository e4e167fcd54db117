import { DomainError } from '@enlace/kernel';

/** No such device, or not one that the caller may know of. */
export class DeviceNotFound extends DomainError {
  override readonly code = 'device.not-found';
  override readonly kind = 'absent';
}
