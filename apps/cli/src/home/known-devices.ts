import { StoreDamaged, type LocalStore } from '@enlace/client';
import {
  canonicalJson,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonObject,
} from '@enlace/kernel';
import { currentOf, type DeviceCert, type Directory } from '@enlace/trust';
import type { EnrolledHome } from './enrolled-home.js';
import { personOf } from './kept-vault.js';

const TABLE = 'devices';
const KEY = 'known';

/** What is new about the devices of the person since somebody looked: a device, or other passkeys of one. */
export interface DeviceNews {
  readonly kind: 'new-device' | 'passkeys-changed';
  readonly deviceId: string;
  readonly platform: DeviceCert['platform'];
}

/**
 * Compares the devices that the own directory has of the person with those that this home knew of. In a home that has
 * looked at none yet nothing is new. Throws `store.damaged`.
 */
export async function newsOfDevices(
  home: EnrolledHome,
  directory: Directory,
): Promise<readonly DeviceNews[]> {
  const known = await loadKnown(home.store);
  if (known === null) return [];
  return devicesIn(home, directory).flatMap(({ deviceId, platform, authenticators }) => {
    const before = known[deviceId];
    if (before === authenticators.join()) return [];
    const kind = before === undefined ? 'new-device' : 'passkeys-changed';
    return [{ kind, deviceId, platform } as const];
  });
}

/** Remembers them, after whatever was new has been said: dying before it says it again. */
export async function rememberDevices(home: EnrolledHome, directory: Directory): Promise<void> {
  const known = devicesIn(home, directory).map(
    ({ deviceId, authenticators }) => [deviceId, authenticators.join()] as const,
  );
  await home.store.put(TABLE, KEY, utf8(canonicalJson(Object.fromEntries(known))));
}

/** Remembers one that the person has certified just now: whoever added it needs no news of it. */
export async function rememberDevice(store: LocalStore, deviceCert: DeviceCert): Promise<void> {
  const { deviceId, authenticators } = deviceCert;
  const known = { ...(await loadKnown(store)), [deviceId]: authenticators.join() };
  await store.put(TABLE, KEY, utf8(canonicalJson(known)));
}

function devicesIn(home: EnrolledHome, directory: Directory): readonly DeviceCert[] {
  return (directory.devices.get(personOf(home)) ?? []).flatMap((deviceId) => {
    const state = directory.homes.get(`device|${deviceId}`);
    if (state === undefined) return [];
    const found = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
    return found === null ? [] : [found.statement.body];
  });
}

async function loadKnown(store: LocalStore): Promise<JsonObject | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const value = parseStrictJson(parseUtf8(bytes));
  if (!isJsonObject(value)) throw new StoreDamaged('not a list of devices');
  return value;
}
