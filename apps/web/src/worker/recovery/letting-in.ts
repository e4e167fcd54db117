import {
  DeviceCounter,
  DirectoryReplica,
  directoryOf,
  fetchVault,
  HttpTransport,
  platformProofKey,
  recoverByCode,
  Session,
  vaultSignKeys,
  type FetchedVault,
  type VaultParts,
} from '@enlace/client';
import type { StateCode } from '@enlace/contracts';
import {
  equalBytes,
  parseBase64Url,
  parseId,
  systemClock,
  systemRandom,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import type { ReentryText } from '@enlace/trust';

import { newProfile, type DeviceProfile } from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import { readBuild } from '../server-files.js';
import { PassingStore } from './passing-store.js';

/** A session of recovery. It lasts a quarter of an hour and lives in the worker alone; its code is spent. */
export interface LetIn {
  readonly paper: ReentryText;
  readonly profile: DeviceProfile;
  readonly session: Session;
  readonly endsAtMs: number;
  /** The replica, the counter of the device and the head of the vault, until this browser is a device. */
  readonly store: PassingStore;
}

/** What was found under a session of recovery. */
export interface UnderWay extends LetIn {
  readonly state: StateCode;
  readonly replica: DirectoryReplica;
  readonly parts: VaultParts;
  readonly fetched: FetchedVault;
}

/** Spends the code. As a program: the session is held here, and no cookie is left of it. Throws `session.refused`. */
export async function letIn(
  keeper: Keeper,
  paper: ReentryText,
  trustStore: string,
): Promise<LetIn> {
  const profile = newProfile(trustStore);
  const store = new PassingStore();
  const { apiOrigin } = await keeper.place();
  const transport = new HttpTransport(apiOrigin);
  const key = await platformProofKey();
  const deviceId = parseId<DeviceId>(profile.deviceId);
  const device = { deviceId, seed: parseBase64Url(profile.signSeed), build: await readBuild() };
  const { session: opened } = await recoverByCode(transport, device, { key, code: paper });
  const counter = await DeviceCounter.open(store);
  const ports = { clock: systemClock, random: systemRandom, keepRotated: async () => {} };
  const session = new Session(transport, { ...opened, deviceId, key, counter, ...ports });
  return { paper, profile, session, endsAtMs: Date.parse(opened.endsAt), store };
}

/** Whether the session was opened with this very code. */
export function isOfPaper({ paper }: LetIn, { reentryId, code }: ReentryText): boolean {
  return paper.reentryId === reentryId && equalBytes(paper.code, code);
}

/** The vault of that person. Throws `vault.head-refused` for the vault of somebody else, and as the directory. */
export async function findVault(at: LetIn, personId: PersonId): Promise<UnderWay> {
  const { session, store, paper } = at;
  const { state } = paper;
  const profile = { ...at.profile, personId };
  const trust = { trustStoreText: profile.trustStore, viewpoint: state };
  const replica = await DirectoryReplica.open(store, trust);
  await replica.sync(directoryOf(session));
  const signKeys = vaultSignKeys(replica.directory, personId);
  const parts = { session, store, personId, signKeys, random: systemRandom };
  return { ...at, profile, state, replica, parts, fetched: await fetchVault(parts) };
}
