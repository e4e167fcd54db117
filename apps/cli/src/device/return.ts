import {
  DeviceCounter,
  DirectoryReplica,
  directoryOf,
  fetchVault,
  HttpTransport,
  openRootKey,
  readPersonItems,
  recoverByCode,
  Session,
  signClaimedDevice,
  softwareProofKey,
  Vault,
  vaultSignKeys,
  type LocalStore,
} from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import type { WrapSecret } from '@enlace/e2ee';
import {
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type PersonId,
} from '@enlace/kernel';
import { readReentry } from '@enlace/trust';
import { newKeys, saveProfile, type DeviceProfile } from '../home/device-profile.js';
import { saveVaultKeys } from '../home/kept-vault.js';
import { version } from '../version.js';
import type { Paper } from './paper.js';

/**
 * Makes a device for a person who has none, with the key from the vault. The code is spent by the session: dying after
 * it and before the certificate is handed in takes another code, and nothing else. Throws `session.refused`,
 * `directory.refused`, as the vault, and `vault.not-opened` for a wrong secret.
 */
export async function comeBack(
  store: LocalStore,
  { personId, paper, secret }: { personId: PersonId; paper: Paper; secret: WrapSecret },
): Promise<DeviceProfile & { readonly deviceCert: string }> {
  const { state, ...code } = readReentry(paper.invitation);
  const made = newKeys();
  const session = await openRecovery(store, { paper, made, code });
  const replica = await DirectoryReplica.open(store, {
    trustStoreText: paper.trustStore,
    viewpoint: state,
  });
  await replica.sync(directoryOf(session));
  const { directory } = replica;
  const signKeys = vaultSignKeys(directory, personId);
  const parts = { session, store, personId, signKeys, random: systemRandom };
  const fetched = await fetchVault(parts);
  const rootKey = openRootKey(fetched.wraps, secret, personId);
  const vault = Vault.of(parts, made.signSeed, { rootKey, fetched });
  const about = { directory, personId, nowMs: systemClock.nowMs() };
  const { identitySeed } = await readPersonItems(vault, about);
  const keys = { ...made, identitySeed };
  const deviceCert = signClaimedDevice({ state, personId }, keys, systemClock);
  const profile = { ...paper, step: 'active', personId, deviceCert, keys } as const;
  await saveVaultKeys(store, { rootKey, wraps: fetched.wraps });
  await saveProfile(store, profile);
  const body = { wire: deviceCert };
  await session.request({ method: 'POST', path: ROUTES.devices, body }, 'act');
  await session.request({ method: 'DELETE', path: ROUTES.currentSession }, 'act');
  return profile;
}

async function openRecovery(
  store: LocalStore,
  from: {
    readonly paper: Paper;
    readonly made: DeviceProfile['keys'];
    readonly code: Parameters<typeof recoverByCode>[2]['code'];
  },
): Promise<Session> {
  const { deviceId, signSeed: seed } = from.made;
  const transport = new HttpTransport(from.paper.server);
  const key = softwareProofKey(systemRandom.bytes(32));
  const build = toBase64Url(sha256(utf8(`enlace/cli/${version()}`)));
  const device = { deviceId, seed, build };
  const opened = await recoverByCode(transport, device, { key, code: from.code });
  return new Session(transport, {
    ...opened,
    deviceId,
    key,
    counter: await DeviceCounter.open(store),
    clock: systemClock,
    random: systemRandom,
    keepRotated: async () => {},
  });
}
