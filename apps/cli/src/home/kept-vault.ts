import {
  personItems,
  StoreDamaged,
  Vault,
  vaultSignKeys,
  type LocalStore,
  type Session,
  type VaultKeys,
  type VaultParts,
} from '@enlace/client';
import {
  canonicalJson,
  isJsonObject,
  parseBase64Url,
  parseId,
  parseStrictJson,
  parseUtf8,
  systemRandom,
  toBase64Url,
  utf8,
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';
import { parseStatement, type Directory } from '@enlace/trust';
import type { EnrolledHome } from './enrolled-home.js';

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
function personOf({ profile }: Pick<EnrolledHome, 'profile'>): PersonId {
  const { body } = parseStatement(profile.deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  return parseId(body.personId);
}

/** The vault of the person, as this home asks for it. */
function vaultPartsOf(home: EnrolledHome, session: Session, directory: Directory): VaultParts {
  const personId = personOf(home);
  const signKeys = vaultSignKeys(directory, personId);
  return { session, store: home.store, personId, signKeys, random: systemRandom };
}

/**
 * Brings the vault that was made with the claim to the server, with the key of the person in it: before the account
 * begins, so that nobody works who would lose everything with one device. Called again it finds its own one. Throws
 * `vault.incomplete`, and as the client.
 */
export async function bringVault(
  home: EnrolledHome,
  session: Session,
  directory: Directory,
): Promise<void> {
  const keys = await loadVaultKeys(home.store);
  if (keys === null) return;
  const { trustStore, keys: own } = home.profile;
  const { identitySeed, signSeed } = own;
  const items = personItems({ identitySeed, trustStoreText: trustStore });
  await Vault.begin(vaultPartsOf(home, session, directory), signSeed, { keys, items });
}

function readBytes(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw new StoreDamaged('not the keys of a vault');
  return parseBase64Url(value);
}
