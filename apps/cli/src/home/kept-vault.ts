import {
  fetchVault,
  personItems,
  readPersonItems,
  recordedVaultCounter,
  StoreDamaged,
  Vault,
  vaultSignKeys,
  type LocalStore,
  type Session,
  type VaultKeys,
  type VaultParts,
  type VaultRollback,
} from '@enlace/client';
import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseId,
  parseStrictJson,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';
import { parseStatement, policyOf, type Directory } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { invitationOf } from './device-profile.js';
import type { EnrolledHome } from './enrolled-home.js';
import { statementsOf } from './own-record.js';

const TABLE = 'vault';
const KEY = 'keys';

/** Root key and wraps, sealed as everything of the home is; durable when it resolves. */
export async function saveVaultKeys(
  store: LocalStore,
  { rootKey, wraps }: VaultKeys,
): Promise<void> {
  const text = canonicalJson({ rootKey: toBase64Url(rootKey), wraps: wraps.map(toBase64Url) });
  await store.put(TABLE, KEY, utf8(text));
}

/** Null in a home that has made no vault. Throws `store.damaged`. */
export async function loadVaultKeys(store: LocalStore): Promise<VaultKeys | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  const { rootKey, wraps } = isJsonObject(value) ? value : {};
  if (!Array.isArray(wraps)) throw new StoreDamaged('not the keys of a vault');
  return { rootKey: readBytes(rootKey), wraps: wraps.map(readBytes) };
}

/** Whose device the home is, by its certificate. */
export function personOf({ profile }: Pick<EnrolledHome, 'profile'>): PersonId {
  const { body } = parseStatement(profile.deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  return parseId(body.personId);
}

/** The vault of the person, as this home asks for it: no older one than it, or the own record, knows of. */
export function vaultPartsOf(
  home: EnrolledHome,
  session: Session,
  directory: Directory,
): VaultParts {
  const personId = personOf(home);
  const signKeys = vaultSignKeys(directory, personId);
  return {
    session,
    store: home.store,
    personId,
    signKeys,
    random: systemRandom,
    recordedCounter: async () => recordedVaultCounter(session),
    stateRollback: async (seen) => stateRollback(home, session, seen),
  };
}

/** Durable first; what the server does not take now goes to it with the next sign-in. */
async function stateRollback(
  home: EnrolledHome,
  session: Session,
  seen: VaultRollback,
): Promise<void> {
  const statements = statementsOf(home);
  await statements.state({ type: 'vault.rollback-detected', ...seen });
  try {
    await statements.send(session);
  } catch (error) {
    if (!isDomainError(error)) throw error;
  }
}

/** Looks at the vault without opening it. Throws `vault.rolled-back`, `vault.head-refused`, the server's refusals. */
export async function checkVault(
  home: EnrolledHome,
  session: Session,
  directory: Directory,
): Promise<void> {
  await fetchVault(vaultPartsOf(home, session, directory));
}

/** Gives a vault that no server has yet so many more ways to open it, and keeps them in the home. */
export type WidenVault = (keys: VaultKeys, missing: number) => Promise<VaultKeys>;

/**
 * Brings the vault that was made with the claim to the server, with the key of the person in it: before the account
 * begins, so that nobody works who would lose everything with one device. `widen` gives it as many ways as the State
 * asks for. Called again it finds its own one. Throws `vault.not-made` in a home without one, `vault.incomplete`, and
 * as the client.
 */
export async function bringVault(
  home: EnrolledHome,
  at: {
    readonly session: Session;
    readonly directory: Directory;
    readonly widen: WidenVault | undefined;
  },
): Promise<void> {
  const made = await loadVaultKeys(home.store);
  if (made === null) throw new CliError('vault.not-made');
  const { state } = invitationOf(home.profile);
  const missing = policyOf(at.directory, state).minVaultWraps - made.wraps.length;
  const keys = missing > 0 && at.widen !== undefined ? await at.widen(made, missing) : made;
  const { trustStore, keys: own } = home.profile;
  const { identitySeed, signSeed } = own;
  const items = personItems({ identitySeed, trustStoreText: trustStore });
  await Vault.begin(vaultPartsOf(home, at.session, at.directory), signSeed, { keys, items });
}

/**
 * Opens the vault as it is in force with the root key that was handed to the home, and keeps the ways into it: another
 * device may have changed them. The key of the person in it is the certified one. Throws `vault.not-made`,
 * `vault.incomplete`, `vault.not-opened` under another root key, and as `fetchVault`.
 */
export async function takeInVault(
  home: EnrolledHome,
  { session, directory }: { readonly session: Session; readonly directory: Directory },
): Promise<{ readonly rootKey: Uint8Array; readonly identitySeed: Uint8Array }> {
  const kept = await loadVaultKeys(home.store);
  if (kept === null) throw new CliError('vault.not-made');
  const { rootKey } = kept;
  const parts = vaultPartsOf(home, session, directory);
  const fetched = await fetchVault(parts);
  const vault = Vault.of(parts, home.profile.keys.signSeed, { rootKey, fetched });
  const about = { directory, personId: parts.personId, nowMs: systemClock.nowMs() };
  const { identitySeed } = await readPersonItems(vault, about);
  await saveVaultKeys(home.store, { rootKey, wraps: fetched.wraps });
  return { rootKey, identitySeed };
}

/**
 * The vault as it is in force, opened with the key of the home. Throws `vault.not-made` and as `fetchVault`; a key that
 * another device has changed shows itself when something is read.
 */
export async function openVault(
  home: EnrolledHome,
  { session, directory }: { readonly session: Session; readonly directory: Directory },
): Promise<Vault> {
  const kept = await loadVaultKeys(home.store);
  if (kept === null) throw new CliError('vault.not-made');
  const parts = vaultPartsOf(home, session, directory);
  const fetched = await fetchVault(parts);
  return Vault.of(parts, home.profile.keys.signSeed, { rootKey: kept.rootKey, fetched });
}

function readBytes(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new StoreDamaged('not the keys of a vault');
  return parseBase64Url(value);
}
