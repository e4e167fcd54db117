import {
  canonicalJson,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import { currentOf, publicKeyOf, verifyPerson, type Directory, type Seed } from '@enlace/trust';

import type { Vault, VaultRevision } from './vault.js';
import { VaultIncomplete, type ListedName } from './vault-names.js';

const PERSON_KEY = { type: 'person-key' } as const satisfies ListedName;
const TRUST_STORE = { type: 'pins', name: 'trust-store' } as const satisfies ListedName;
const SEED_BYTES = 32;

/** What a device that starts again needs: the key of the person, and where trust begins. */
export interface PersonItems {
  readonly identitySeed: Seed;
  readonly trustStoreText: string;
}

/** The items of a vault that is kept for the first time. */
export function personItems({
  identitySeed,
  trustStoreText,
}: PersonItems): readonly VaultRevision[] {
  const key = utf8(canonicalJson({ v: 1, identitySeed: toBase64Url(identitySeed) }));
  return [
    { name: PERSON_KEY, revise: () => key },
    { name: TRUST_STORE, revise: () => utf8(trustStoreText) },
  ];
}

/**
 * The same from a vault, compared with the key that two registrars have certified. Throws `vault.incomplete` when
 * something is missing or the key is another one: with it this person signs nothing.
 */
export async function readPersonItems(
  vault: Vault,
  { directory, personId, nowMs }: { directory: Directory; personId: string; nowMs: number },
): Promise<PersonItems> {
  const key = await vault.read(PERSON_KEY);
  const trustStore = await vault.read(TRUST_STORE);
  if (key === null || trustStore === null) {
    throw new VaultIncomplete('the key of the person is missing');
  }
  const value = parseStrictJson(parseUtf8(key));
  const text = isJsonObject(value) && value['v'] === 1 ? value['identitySeed'] : null;
  const identitySeed = typeof text === 'string' ? parseBase64Url(text) : new Uint8Array();
  if (identitySeed.length !== SEED_BYTES) throw new VaultIncomplete('not the key of a person');
  const { identityKey } = verifyPerson(directory, personId, { nowMs });
  if (toBase64Url(publicKeyOf(identitySeed)) !== toBase64Url(identityKey)) {
    throw new VaultIncomplete('not the key that was certified');
  }
  return { identitySeed, trustStoreText: parseUtf8(trustStore) };
}

/**
 * The keys that may have signed the head of a vault: of every device that the person's key has certified. One that is
 * revoked or over may be the last that wrote; what it wrote is sealed under a root key that it had to know.
 */
export function vaultSignKeys(directory: Directory, personId: string): readonly Uint8Array[] {
  return (directory.devices.get(personId) ?? []).flatMap((deviceId) => {
    const state = directory.homes.get(`device|${deviceId}`);
    if (state === undefined) return [];
    const slot = { type: 'device-cert', state, subject: deviceId } as const;
    const body = currentOf(directory, slot)?.statement.body;
    return body === undefined ? [] : [parseBase64Url(body.signKey)];
  });
}
