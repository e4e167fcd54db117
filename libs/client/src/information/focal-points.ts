import type { State } from '@enlace/contracts';
import type { PersonId } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import { contactsOf, type OfficeContact } from '../directory/contacts.js';

/** The duty of whoever answers for a State about the smuggling of migrants. */
export const FOCAL_POINT_DUTY = 'focal-point-smuggling';

/** Somebody whom an office named for this and its foreign ministry approved. */
export interface FocalPoint extends OfficeContact {
  readonly personId: PersonId;
  readonly standing: 'confirmed' | 'unconfirmed';
}

/**
 * Those who answer for a State, as the statements say (identity.md, section 4). Whom nobody approved, whose approval is
 * over or who was not confirmed for two quarters is none.
 */
export function focalPointsOf(
  directory: Directory,
  state: State,
  nowMs: number,
): readonly FocalPoint[] {
  return contactsOf(directory, state, nowMs).flatMap((contact) => {
    const { personId, standing, duties } = contact;
    if (personId === null || standing === 'hidden' || !duties.includes(FOCAL_POINT_DUTY)) return [];
    return [{ ...contact, personId, standing }];
  });
}
