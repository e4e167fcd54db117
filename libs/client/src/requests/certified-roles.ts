import { rolesFor, type Role } from '@enlace/contracts';
import { DomainError, type PersonId } from '@enlace/kernel';
import { currentOf, type Directory } from '@enlace/trust';

import type { ThreadPorts } from '../threads/thread-ports.js';

/** The own State has certified this person for nothing that may do it. */
class RequestNotYours extends DomainError {
  override readonly code = 'request.not-yours';
  override readonly kind = 'forbidden';

  constructor(action: string) {
    super('the roles of this person do not do that', { facts: { action } });
  }
}

/** What the State of a person has certified the person for, as the directory has it now. */
export function certifiedRoles(directory: Directory, personId: PersonId): readonly Role[] {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) return [];
  const cert = currentOf(directory, { type: 'person-cert', state, subject: personId });
  return cert?.statement.body.roles ?? [];
}

/**
 * Asked before anything is sealed: what the server would refuse as a step stands in no thread by then. The server
 * judges the step again. Throws `request.not-yours`.
 */
export function assertCertifiedFor(
  { directory, device }: Pick<ThreadPorts, 'directory' | 'device'>,
  action: 'request.share' | 'request.freeze',
): void {
  const roles = certifiedRoles(directory(), device.self.personId);
  const may = rolesFor(action);
  if (!roles.some((role) => may.has(role))) throw new RequestNotYours(action);
}
