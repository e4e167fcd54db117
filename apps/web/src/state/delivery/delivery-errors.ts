import { DomainError } from '@enlace/kernel';

/** The server did not answer with the file. */
export class ServerUnreachable extends DomainError {
  readonly code = 'client.unreachable';
  readonly kind = 'unavailable';

  constructor(path: string, options: { cause?: unknown } = {}) {
    super(`${path} cannot be read`, { ...options, facts: { path } });
  }
}

/** A file that the server delivered is not the one that its manifest names. */
export class DeliveryMismatch extends DomainError {
  readonly code = 'client.delivery-mismatch';
  readonly kind = 'integrity';

  constructor(path: string) {
    super(`${path} differs from the manifest`, { facts: { path } });
  }
}

/** The manifest or the deployment's settings are not of the shape that this version reads. */
export class DeliveryMalformed extends DomainError {
  readonly code = 'client.delivery-malformed';
  readonly kind = 'malformed';

  constructor(path: string, options: { cause?: unknown } = {}) {
    super(`${path} is malformed`, { ...options, facts: { path } });
  }
}
