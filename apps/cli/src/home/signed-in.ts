import { DeviceCounter, HttpTransport, Session, softwareProofKey } from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import type { EnrolledHome } from './enrolled-home.js';
import { loadSession, saveSession } from './stored-session.js';

/** The session that the home keeps between two commands. Throws `device.no-session`, `store.damaged`. */
export async function openKeptSession({
  store,
  profile,
}: EnrolledHome): Promise<{ readonly session: Session; readonly sessionId: string }> {
  const kept = await loadSession(store);
  if (kept === null) throw new CliError('device.no-session');
  const session = new Session(new HttpTransport(profile.server), {
    deviceId: profile.keys.deviceId,
    token: kept.token,
    ath: kept.ath,
    nonce: kept.nonce,
    key: softwareProofKey(kept.seed),
    counter: await DeviceCounter.open(store),
    clock: systemClock,
    random: systemRandom,
    keepRotated: async (opened) => saveSession(store, opened, kept.seed),
  });
  return { session, sessionId: kept.sessionId };
}
