import type { ClaimKeys, LocalStore } from '@enlace/client';
import { StoreDamaged } from '@enlace/client';
import { REGIONAL_AUTHORITY, STATES, type StateCode } from '@enlace/contracts';
import {
  canonicalJson,
  isJsonObject,
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
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';
import { readInvitation, readReentry } from '@enlace/trust';

const TABLE = 'device';
const KEY = 'profile';
const SEED_BYTES = 32;
const LINKED = /^enlace-linked:([A-Z]{2}):([0-9a-f-]{36})$/;
const STEPS = ['made', 'claimed', 'enrolled', 'active'] as const;

/** Who a home is: which server and State, under which trust store, with which keys, and how far its ceremony is. */
export interface DeviceProfile {
  readonly server: string;
  readonly trustStore: string;
  /**
   * The paper as it was typed, an invitation or a re-entry: it names the State, and its code is spent by now. Of a
   * further device the link that let it in; empty while it waits for one.
   */
  readonly invitation: string;
  readonly step: (typeof STEPS)[number];
  /** Whose invitation it is; the server says so when it is claimed, and the certificates must agree. */
  readonly personId: PersonId | null;
  /** The first certificate of the device, once it is signed. */
  readonly deviceCert: string | null;
  readonly keys: ClaimKeys;
}

/** The keys of a person and a device that exist nowhere else. */
export function newKeys(): ClaimKeys {
  return {
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    identitySeed: systemRandom.bytes(SEED_BYTES),
    signSeed: systemRandom.bytes(SEED_BYTES),
    kemSeed: systemRandom.bytes(SEED_BYTES),
  };
}

export function invitationOf(profile: Pick<DeviceProfile, 'invitation'>): {
  readonly state: StateCode;
  readonly invitationId: string;
} {
  const { invitation } = profile;
  const linked = LINKED.exec(invitation);
  if (linked !== null) return { state: readState(linked[1]), invitationId: linked[2] ?? '' };
  if (isReturning(profile)) {
    const { state, reentryId } = readReentry(invitation);
    return { state, invitationId: reentryId };
  }
  const { state, invitationId } = readInvitation(invitation);
  return { state, invitationId };
}

/** What a home that another device of the person has let in keeps in place of a paper. */
export function linkedText({ state, linkId }: { state: StateCode; linkId: string }): string {
  return `enlace-linked:${state}:${linkId}`;
}

/** A home that another device of the person has let in. */
export function isLinked({ invitation }: Pick<DeviceProfile, 'invitation'>): boolean {
  return LINKED.test(invitation);
}

/** A home that began with a code of re-entry: of somebody who had lost every device. */
export function isReturning({ invitation }: Pick<DeviceProfile, 'invitation'>): boolean {
  return /^\s*enlace-reentry:/iu.test(invitation);
}

/** Two registrars and the person have certified the device; `active` says that it has seen so itself. */
export function isEnrolled({ step }: DeviceProfile): boolean {
  return step === 'enrolled' || step === 'active';
}

export async function saveProfile(store: LocalStore, profile: DeviceProfile): Promise<void> {
  const { keys, ...rest } = profile;
  const text = canonicalJson({
    ...rest,
    deviceId: keys.deviceId,
    identitySeed: toBase64Url(keys.identitySeed),
    signSeed: toBase64Url(keys.signSeed),
    kemSeed: toBase64Url(keys.kemSeed),
  });
  await store.put(TABLE, KEY, utf8(text));
}

/** Null in a home that was made and in which nothing was kept yet. Throws `store.damaged`. */
export async function loadProfile(store: LocalStore): Promise<DeviceProfile | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  const read = isJsonObject(value) ? value : {};
  const step = STEPS.find((each) => each === read['step']);
  if (step === undefined) throw new StoreDamaged('not a profile');
  const seed = (name: string) => parseBase64Url(readText(read[name]));
  return {
    server: readText(read['server']),
    trustStore: readText(read['trustStore']),
    invitation: readText(read['invitation']),
    step,
    personId: (read['personId'] ?? null) === null ? null : parseId(readText(read['personId'])),
    deviceCert: read['deviceCert'] === null ? null : readText(read['deviceCert']),
    keys: {
      deviceId: parseId(readText(read['deviceId'])),
      identitySeed: seed('identitySeed'),
      signSeed: seed('signSeed'),
      kemSeed: seed('kemSeed'),
    },
  };
}

function readState(text: string | undefined): StateCode {
  const known: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
  const found = known.find((state) => state === text);
  if (found === undefined) throw new StoreDamaged('not a profile');
  return found;
}

function readText(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new StoreDamaged('not a profile');
  return value;
}
