import { ROUTES } from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';

import type { Session } from '../session/session.js';

/**
 * The end of the ceremony: the person has verified the own chain and keeps it. Call it after `verifyOwnChain` said that
 * it is sound, and not before. An account that has begun already is no failure.
 */
export async function activatePerson(session: Session): Promise<void> {
  try {
    await session.request({ method: 'POST', path: ROUTES.personActivation }, 'act');
  } catch (error) {
    const isActive = isDomainError(error, 'invitation.step') && error.facts['step'] === 'active';
    if (!isActive) throw error;
  }
}
