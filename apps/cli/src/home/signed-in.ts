import {
  DeviceCounter,
  HttpTransport,
  Session,
  signIn,
  softwareProofKey,
  type OpenedSession,
  type SessionParts,
} from '@enlace/client';
import { sha256, systemClock, systemRandom, toBase64Url, utf8 } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { version } from '../version.js';
import type { EnrolledHome } from './enrolled-home.js';
import { receiptsOf } from './own-record.js';
import { loadSession, saveSession } from './stored-session.js';

const SEED_BYTES = 32;

/** Opens a session with the key of the device, and keeps it in the home. Throws the refusal of the server. */
export async function openNewSession(
  home: EnrolledHome,
  transport: HttpTransport,
): Promise<{ readonly session: OpenedSession; readonly wasSetBack: boolean }> {
  const { store, profile } = home;
  const seed = systemRandom.bytes(SEED_BYTES);
  const device = {
    deviceId: profile.keys.deviceId,
    deviceCert: parseStatement(profile.deviceCert).id,
    seed: profile.keys.signSeed,
    build: toBase64Url(sha256(utf8(`enlace/cli/${version()}`))),
  };
  const counter = await DeviceCounter.open(store);
  const opened = await signIn(transport, device, { key: softwareProofKey(seed), counter });
  await receiptsOf(home).keep(opened.receipt);
  await saveSession(store, opened.session, seed);
  return opened;
}

/**
 * The session that the home keeps between two commands. `actTries`: as the session has it. Throws `device.no-session`,
 * `store.damaged`.
 */
export async function openKeptSession(
  home: EnrolledHome,
  transport = new HttpTransport(home.profile.server),
  { actTries = 1 }: Pick<SessionParts, 'actTries'> = {},
): Promise<{ readonly session: Session; readonly sessionId: string }> {
  const { store, profile } = home;
  const kept = await loadSession(store);
  if (kept === null) throw new CliError('device.no-session');
  const session = new Session(transport, {
    deviceId: profile.keys.deviceId,
    token: kept.token,
    ath: kept.ath,
    nonce: kept.nonce,
    key: softwareProofKey(kept.seed),
    counter: await DeviceCounter.open(store),
    clock: systemClock,
    random: systemRandom,
    receipts: receiptsOf(home),
    actTries,
    keepRotated: async (opened) => saveSession(store, opened, kept.seed),
  });
  return { session, sessionId: kept.sessionId };
}
