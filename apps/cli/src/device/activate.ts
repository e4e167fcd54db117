import { activatePerson, HttpTransport, type LocalStore, type Session } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { saveProfile } from '../home/device-profile.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { bringVault } from '../home/kept-vault.js';
import { openDirectory, ownChainIn, syncDirectory } from '../home/held-directory.js';
import { openKeptSession, openNewSession } from '../home/signed-in.js';

/**
 * The last step of a ceremony: signs in, takes in the directory, and looks whether everybody sees this device as it
 * knows itself. Resolves to null when the account has begun, else to what is still to come: witnesses that have not
 * seen the certificates, a role that takes effect later, a State that allows no device for the command line. Throws
 * `directory.refused` and `chain.refused`: the home then trusts nothing new.
 */
export async function activate(home: EnrolledHome): Promise<string | null> {
  try {
    await openNewSession(home, new HttpTransport(home.profile.server));
  } catch (error) {
    if (!isDomainError(error, 'session.refused')) throw error;
    return 'session-refused';
  }
  const { session } = await openKeptSession(home);
  return beginAccount(home, session);
}

/** The same, under a session of the home. */
export async function beginAccount(home: EnrolledHome, session: Session): Promise<string | null> {
  const replica = await openDirectory(home);
  await syncDirectory(replica, session);
  const chain = ownChainIn(replica, home);
  if (chain.kind === 'waiting') return chain.rule;
  await bringVault(home, session, replica.directory);
  await activatePerson(session);
  await keepActive(home.store, home.profile);
  return null;
}

async function keepActive(store: LocalStore, profile: EnrolledHome['profile']): Promise<void> {
  await saveProfile(store, { ...profile, step: 'active' });
}
