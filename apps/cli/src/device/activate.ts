import { setTimeout as pause } from 'node:timers/promises';
import { activatePerson, HttpTransport, type LocalStore, type Session } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { isLinked, isReturning, saveProfile } from '../home/device-profile.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { bringVault, takeInVault, type WidenVault } from '../home/kept-vault.js';
import { rememberDevices } from '../home/known-devices.js';
import { openDirectory, ownChainIn, syncDirectory } from '../home/held-directory.js';
import { openKeptSession, openNewSession } from '../home/signed-in.js';

/** How long a command waits for witnesses, who are asked after each append, before it has to be run again. */
const WITNESS_PATIENCE_MS = 15_000;
const POLL_MS = 500;

/**
 * The last step of a ceremony: signs in, takes in the directory, and looks whether everybody sees this device as it
 * knows itself. Resolves to null when the account has begun, else to what is still to come: witnesses that have not
 * seen the certificates, a role that takes effect later, a State that allows no device for the command line. Throws
 * `directory.refused` and `chain.refused`: the home then trusts nothing new.
 */
export async function activate(home: EnrolledHome, widen?: WidenVault): Promise<string | null> {
  const session = await openFirstSession(home);
  return session === null ? 'session-refused' : beginAccount(home, session, widen);
}

/** The same, waiting a moment for the witnesses: of somebody whose account has begun, with a further device. */
export async function activateSoon(home: EnrolledHome): Promise<string | null> {
  const session = await openFirstSession(home);
  if (session === null) return 'session-refused';
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const waiting = await beginAccount(home, session);
    const isUnderway = waiting === 'not-witnessed' || waiting === 'device-unknown';
    if (!isUnderway || waitedMs >= WITNESS_PATIENCE_MS) return waiting;
    await pause(POLL_MS);
  }
}

/** The same, under a session of the home. */
export async function beginAccount(
  home: EnrolledHome,
  session: Session,
  widen?: WidenVault,
): Promise<string | null> {
  const replica = await openDirectory(home);
  await syncDirectory(replica, session);
  const chain = ownChainIn(replica, home);
  if (chain.kind === 'waiting') return chain.rule;
  const { directory } = replica;
  // A person who has devices has a vault, and another of them may have changed what opens it.
  const hasVault = isLinked(home.profile) || isReturning(home.profile);
  if (hasVault) await takeInVault(home, { session, directory });
  else await bringVault(home, { session, directory, widen });
  await activatePerson(session);
  await rememberDevices(home, directory);
  await keepActive(home.store, home.profile);
  return null;
}

async function openFirstSession(home: EnrolledHome): Promise<Session | null> {
  try {
    await openNewSession(home, new HttpTransport(home.profile.server));
  } catch (error) {
    if (!isDomainError(error, 'session.refused')) throw error;
    return null;
  }
  return (await openKeptSession(home)).session;
}

async function keepActive(store: LocalStore, profile: EnrolledHome['profile']): Promise<void> {
  await saveProfile(store, { ...profile, step: 'active' });
}
