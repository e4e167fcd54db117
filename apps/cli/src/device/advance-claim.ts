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
import { parseStatement, readInvitation } from '@enlace/trust';
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
 * again, it goes on from where it was. `cosigned`: the certificate of the device with the signature of a registrar
 * beside its own, where the State wants one. Throws `claim.over`, `certificate.other`, and the refusals of the server.
 */
export async function advanceClaim(
  { store, profile }: { readonly store: LocalStore; readonly profile: DeviceProfile },
  transport: HttpTransport,
  cosigned: string | null,
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
  const own = known.deviceCert ?? signClaimedDevice({ ...claimed, personId }, keys, systemClock);
  if (cosigned !== null && !isSameStatement(own, cosigned)) throw new CliError('certificate.other');
  const deviceCert = cosigned ?? own;
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

/** One body; who signed it is for everybody to check who reads the directory. */
function isSameStatement(own: string, other: string): boolean {
  return parseStatement(own).id === parseStatement(other).id;
}
