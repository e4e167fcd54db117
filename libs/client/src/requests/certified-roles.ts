import type { Role } from '@enlace/contracts';
import type { PersonId } from '@enlace/kernel';
import { currentOf, type Directory } from '@enlace/trust';

/** What the State of a person has certified the person for, as the directory has it now. */
export function certifiedRoles(directory: Directory, personId: PersonId): readonly Role[] {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) return [];
  const cert = currentOf(directory, { type: 'person-cert', state, subject: personId });
  return cert?.statement.body.roles ?? [];
}
