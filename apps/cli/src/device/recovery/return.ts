import {
  DeviceCounter,
  DirectoryReplica,
  directoryOf,
  fetchVault,
  handInCertificate,
  HttpTransport,
  limitTries,
  openRootKey,
  readPersonItems,
  recoverByCode,
  Session,
  signClaimedDevice,
  softwareProofKey,
  Vault,
  vaultSignKeys,
  type ClaimKeys,
  type LocalStore,
} from '@enlace/client';
import { sha256, systemClock, systemRandom, toBase64Url, utf8 } from '@enlace/kernel';
import { readReentry } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { newKeys, saveProfile, type DeviceProfile } from '../../home/device-profile.js';
import { saveVaultKeys } from '../../home/kept-vault.js';
import { receiptsOf } from '../../home/own-record.js';
import { version } from '../../version.js';
import type { Paper } from '../paper.js';
import type { Returning } from './read-return.js';

/** A home whose person has signed the certificate of its device. */
export type CertifiedProfile = DeviceProfile & { readonly deviceCert: string };

/**
 * Makes a device for a person who has none, with the key from the vault. What was refused, or broke off, is tried again
 * in the same home, with the keys and the certificate that it has; only the code is spent by a session that opened.
 * Throws `session.refused`, `directory.refused`, as the vault, `vault.not-opened` for a wrong secret, `unlock.paused`.
 */
export async function comeBack(
  store: LocalStore,
  kept: DeviceProfile | null,
  { personId, paper, secret }: Returning,
): Promise<CertifiedProfile> {
  const { state } = readReentry(paper.invitation);
  const signedFor = kept?.deviceCert == null ? null : kept.personId;
  if (signedFor !== null && signedFor !== personId) {
    const facts = { option: '--person', value: personId, expected: signedFor };
    throw new CliError('usage.bad-value', facts);
  }
  const made = kept?.keys ?? newKeys();
  const begun = { ...paper, step: 'made', personId, deviceCert: null, keys: made } as const;
  await saveProfile(store, { ...begun, deviceCert: kept?.deviceCert ?? null });
  const session = await openRecovery(store, paper, made);
  const replica = await DirectoryReplica.open(store, {
    trustStoreText: paper.trustStore,
    viewpoint: state,
  });
  await replica.sync(directoryOf(session));
  const { directory } = replica;
  const signKeys = vaultSignKeys(directory, personId);
  const parts = { session, store, personId, signKeys, random: systemRandom };
  const fetched = await fetchVault(parts);
  const counting = { store, clock: systemClock, of: 'vault' } as const;
  const rootKey = await limitTries(counting, () => openRootKey(fetched.wraps, secret, personId));
  const vault = Vault.of(parts, made.signSeed, { rootKey, fetched });
  const about = { directory, personId, nowMs: systemClock.nowMs() };
  const { identitySeed } = await readPersonItems(vault, about);
  const keys = { ...made, identitySeed };
  // Kept before it is sent: after a lost answer the same certificate goes out again, never a second one.
  const deviceCert = kept?.deviceCert ?? signClaimedDevice({ state, personId }, keys, systemClock);
  const signed = { ...begun, step: 'claimed', deviceCert, keys } as const;
  await saveVaultKeys(store, { rootKey, wraps: fetched.wraps });
  await saveProfile(store, signed);
  await handInCertificate(session, deviceCert);
  const profile = { ...signed, step: 'enrolled' } as const;
  await saveProfile(store, profile);
  await session.end();
  return profile;
}

async function openRecovery(store: LocalStore, paper: Paper, keys: ClaimKeys): Promise<Session> {
  const { deviceId, signSeed: seed } = keys;
  const transport = new HttpTransport(paper.server);
  const key = softwareProofKey(systemRandom.bytes(32));
  const build = toBase64Url(sha256(utf8(`enlace/cli/${version()}`)));
  const code = readReentry(paper.invitation);
  const opened = await recoverByCode(transport, { deviceId, seed, build }, { key, code });
  const receipts = receiptsOf({ store, profile: { keys } });
  await receipts.keep(opened.receipt);
  return new Session(transport, {
    ...opened.session,
    deviceId,
    key,
    counter: await DeviceCounter.open(store),
    clock: systemClock,
    random: systemRandom,
    receipts,
    keepRotated: async () => {},
  });
}
