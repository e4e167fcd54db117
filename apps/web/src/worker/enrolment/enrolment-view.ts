import { claimDigits } from '@enlace/client';
import { formatFingerprint, readInvitation } from '@enlace/trust';

import type { Enrolment } from '../../protocol/operations.js';
import { isEnrolled, keysOf, stateOf, type DeviceProfile } from '../device-profile.js';
import { hasWrap } from '../vault.js';

/** What the screens show of a ceremony: public, and enough to go on after a reload. */
export function viewOf(known: DeviceProfile | null): Enrolment {
  if (known === null) return { step: 'invitation', state: null, fingerprint: null, digits: null };
  const step = stepOf(known);
  if (step === 'enrolled') {
    return { step, state: stateOf(known), fingerprint: null, digits: null };
  }
  const { state, trustStoreFingerprint: printed } = readInvitation(known.invitation);
  const digits = step === 'waiting' ? claimDigits(keysOf(known)) : null;
  return { step, state, fingerprint: formatFingerprint(printed), digits };
}

function stepOf(known: DeviceProfile): Enrolment['step'] {
  if (isEnrolled(known)) return 'enrolled';
  if (known.step === 'over') return 'over';
  if (known.step === 'made') {
    return (['passkey', 'spare'] as const)[known.passkeys.length] ?? 'claim';
  }
  // Two ways of different kinds to open the vault, before a registrar sees any digits.
  if (!hasWrap(known, 'passkey') && !hasWrap(known, 'passphrase')) return 'passphrase';
  return hasWrap(known, 'recovery') ? 'waiting' : 'kit';
}
