import { StoreDamaged, type ClaimKeys, type LocalStore } from '@enlace/client';
import type { StateCode } from '@enlace/contracts';
import {
  canonicalJson,
  newId,
  parseBase64Url,
  parseId,
  parseStrictJson,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
  type DeviceId,
} from '@enlace/kernel';
import { parseStatement, readInvitation } from '@enlace/trust';

import { z } from '../protocol/messages.js';
import type { Stage } from '../protocol/operations.js';

const TABLE = 'device';
const KEY = 'profile';
const SEED_BYTES = 32;

const passkey = z.strictObject({
  credentialId: z.string(),
  clientDataJSON: z.string(),
  attestationObject: z.string(),
  /** As a certificate names it. */
  ref: z.string(),
});

const profile = z.strictObject({
  v: z.literal(1),
  step: z.enum(['made', 'claimed', 'enrolled', 'active', 'over']),
  trustStore: z.string(),
  /** As it was typed; its code is worth nothing once it was spent. Empty where a device came about otherwise. */
  invitation: z.string(),
  deviceId: z.string(),
  signSeed: z.string(),
  kemSeed: z.string(),
  /** Null once the identity key lies in the vault alone. */
  identitySeed: z.nullable(z.string()),
  /** The root key of the vault, until there are two ways to open it. */
  rootKey: z.nullable(z.string()),
  prfSalt: z.string(),
  /** The number that the passkeys of the claim are made over. */
  asked: z.nullable(z.strictObject({ challengeId: z.string(), challenge: z.string() })),
  passkeys: z.array(passkey),
  personId: z.nullable(z.string()),
  wraps: z.array(z.string()),
  /** The identity key as an item of the vault. */
  personKey: z.nullable(z.string()),
  deviceCert: z.nullable(z.string()),
});

/** Who this browser is, and how far its ceremony has come. All bytes are base64url. */
export type DeviceProfile = z.infer<typeof profile>;

/** 32 random bytes as text. */
export function newSeed(): string {
  return toBase64Url(systemRandom.bytes(SEED_BYTES));
}

/** A device with keys of its own, of which nothing was claimed or certified yet. */
export function newProfile(trustStore: string): DeviceProfile {
  return {
    v: 1,
    step: 'made',
    trustStore,
    invitation: '',
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    signSeed: newSeed(),
    kemSeed: newSeed(),
    identitySeed: null,
    rootKey: null,
    prfSalt: newSeed(),
    asked: null,
    passkeys: [],
    personId: null,
    wraps: [],
    personKey: null,
    deviceCert: null,
  };
}

/** Null where no ceremony was begun. Throws `store.damaged`. */
export async function loadProfile(store: LocalStore): Promise<DeviceProfile | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const read = profile.safeParse(parseStrictJson(parseUtf8(bytes)));
  if (!read.success) throw new StoreDamaged('not a profile');
  return read.data;
}

export async function saveProfile(store: LocalStore, known: DeviceProfile): Promise<void> {
  await store.put(TABLE, KEY, utf8(canonicalJson(known)));
}

export async function forgetProfile(store: LocalStore): Promise<void> {
  await store.delete(TABLE, KEY);
}

export async function stageOf(store: LocalStore): Promise<Stage> {
  const known = await loadProfile(store);
  if (known === null) return 'empty';
  return isEnrolled(known) ? 'enrolled' : 'enrolling';
}

/** The State of the person: as certified, else as invited. */
export function stateOf({ deviceCert, invitation }: DeviceProfile): StateCode {
  return deviceCert === null
    ? readInvitation(invitation).state
    : parseStatement(deviceCert).body.state;
}

/** Whether two registrars have certified the person, and the person this device. */
export function isEnrolled({ step }: DeviceProfile): boolean {
  return step === 'enrolled' || step === 'active';
}

/**
 * The keys of this device; after the ceremony with the identity key that the vault gave. Throws `store.damaged` when
 * that one is neither here nor given.
 */
export function keysOf(known: DeviceProfile, fromVault: Uint8Array | null = null): ClaimKeys {
  const { deviceId, signSeed, kemSeed, passkeys } = known;
  const kept = known.identitySeed === null ? null : parseBase64Url(known.identitySeed);
  const identitySeed = fromVault ?? kept;
  if (identitySeed === null) throw new StoreDamaged('the identity key is in the vault');
  return {
    deviceId: parseId(deviceId),
    identitySeed,
    signSeed: parseBase64Url(signSeed),
    kemSeed: parseBase64Url(kemSeed),
    authenticators: passkeys.map(({ ref }) => ref),
  };
}
