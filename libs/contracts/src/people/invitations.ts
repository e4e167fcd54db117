import type { PersonId } from '@enlace/kernel';

import type { Role } from '../policy/roles.js';
import type { StateCode } from '../states.js';

/** Where an invitation stands; one that is proposed or approved ends by itself when its time is over. */
export type InvitationStepName =
  'proposed' | 'approved' | 'claimed' | 'certified' | 'active' | 'cancelled';

/** What a step of the ceremony answers. */
export interface InvitationStanding {
  readonly invitationId: string;
  readonly personId: PersonId;
  readonly step: InvitationStepName;
}

/** An invitation in the list of its State's registrars. */
export interface InvitationSummary {
  readonly invitationId: string;
  readonly state: StateCode;
  readonly personId: string;
  readonly officeId: string;
  readonly roles: readonly Role[];
  readonly step: InvitationStepName;
  readonly proposedAt: string;
  readonly expiresAt: string;
  /** The invitation with the signatures it has: what a second registrar reads and signs. */
  readonly wire: string;
  /** The name behind its hash, for whoever signs next; null once the directory has it, or the invitation is over. */
  readonly card: { readonly body: string; readonly salt: string } | null;
  /** The claim, signed by the keys to certify; null before it. */
  readonly claimWire: string | null;
  /** The certificate with the first registrar's signature; null before it. */
  readonly certificateWire: string | null;
}
