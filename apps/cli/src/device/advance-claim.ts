import {
  claimInvitation,
  enrolClaimedDevice,
  pollClaim,
  signClaimedDevice,
  type HttpTransport,
  type LocalStore,
} from '@enlace/client';
import type { InvitationStanding } from '@enlace/contracts';
import { isDomainError, systemClock, systemRandom } from '@enlace/kernel';
import { readInvitation } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import {
  invitationOf,
  isEnrolled,
  saveProfile,
  type DeviceProfile,
} from '../home/device-profile.js';

/**
 * Carries the ceremony of a home as far as it goes: claims with keys that were kept before, and, when two registrars
 * have signed, certifies the device. A lost answer, a closed terminal and a server that was down lose nothing: called
 * again, it goes on from where it was. Throws `claim.over` and the refusals of the server.
 */
export async function advanceClaim(
  store: LocalStore,
  profile: DeviceProfile,
  transport: HttpTransport,
): Promise<DeviceProfile> {
  if (isEnrolled(profile)) return profile;
  const { keys } = profile;
  const ports = { keys, clock: systemClock, random: systemRandom };
  const claimed = invitationOf(profile);
  const standing =
    profile.step === 'made'
      ? await claimOnce(transport, profile)
      : await pollClaim(transport, claimed, ports);
  const { personId } = standing;
  const known: DeviceProfile = { ...profile, step: 'claimed', personId };
  await saveProfile(store, known);
  if (standing.step === 'claimed') return known;
  if (standing.step !== 'certified') throw new CliError('claim.over', { step: standing.step });
  // Kept before it is sent: after a lost answer the same certificate goes out again, never a second one.
  const deviceCert =
    known.deviceCert ?? signClaimedDevice({ ...claimed, personId }, keys, systemClock);
  await saveProfile(store, { ...known, deviceCert });
  await enrolClaimedDevice(transport, claimed, deviceCert);
  const enrolled: DeviceProfile = { ...known, deviceCert, step: 'enrolled' };
  await saveProfile(store, enrolled);
  return enrolled;
}

/** A claim whose answer was lost is spent: the device then finds its own claim by asking how far it is. */
async function claimOnce(
  transport: HttpTransport,
  profile: DeviceProfile,
): Promise<InvitationStanding> {
  const { keys } = profile;
  try {
    return await claimInvitation(transport, readInvitation(profile.invitation), keys);
  } catch (error) {
    if (!isDomainError(error, 'invitation.refused')) throw error;
    const ports = { keys, clock: systemClock, random: systemRandom };
    return pollClaim(transport, invitationOf(profile), ports);
  }
}
