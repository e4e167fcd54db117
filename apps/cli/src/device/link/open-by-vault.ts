import { HttpTransport, type LocalStore } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { CliError } from '../../command-line/cli-error.js';
import { isEnrolled, saveProfile, type DeviceProfile } from '../../home/device-profile.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../../home/held-directory.js';
import { takeInVault } from '../../home/kept-vault.js';
import { openKeptSession, openNewSession } from '../../home/signed-in.js';

/**
 * Signs in with a certificate that another device has handed in, opens the vault with the key from there, and takes the
 * key of the person out of it, which is the one that two registrars have certified or none. Null when the server opens
 * no session. Throws as the vault and the directory.
 */
export async function openByVault(
  store: LocalStore,
  profile: DeviceProfile,
): Promise<EnrolledHome | null> {
  const { deviceCert } = profile;
  if (deviceCert === null) throw new CliError('vault.not-made');
  const home = { store, profile: { ...profile, deviceCert } };
  if (isEnrolled(profile)) return home;
  try {
    await openNewSession(home, new HttpTransport(profile.server));
  } catch (error) {
    if (!isDomainError(error, 'session.refused')) throw error;
    return null;
  }
  const identitySeed = await takeIdentity(home);
  const enrolled = {
    ...home.profile,
    keys: { ...profile.keys, identitySeed },
    step: 'enrolled',
  } as const;
  await saveProfile(store, enrolled);
  return { store, profile: enrolled };
}

async function takeIdentity(home: EnrolledHome): Promise<Uint8Array> {
  const { session } = await openKeptSession(home);
  const replica = await openDirectory(home);
  await syncDirectory(replica, session);
  const { directory } = replica;
  return (await takeInVault(home, { session, directory })).identitySeed;
}
