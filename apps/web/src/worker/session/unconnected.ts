import {
  DeviceCounter,
  grantedBody,
  NO_SESSION_YET,
  platformProofKey,
  ServerUnreachable,
  UnconnectedSession,
  wireRequest,
  type LocalStore,
} from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { formatInstant, parseId, parseUtf8, systemClock, systemRandom, utf8 } from '@enlace/kernel';

import type { DeviceProfile } from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import { NotConnected } from '../worker-errors.js';

const CONTACT = ['device', 'last-contact'] as const;
/** How exactly it is known when there was a server last. In milliseconds. */
const CONTACT_MS = 60_000;

/** What stands in the place of a session of this device while no server answers. */
export async function unconnected(
  keeper: Keeper,
  { deviceId, store }: Pick<DeviceProfile, 'deviceId'> & { readonly store: LocalStore },
): Promise<UnconnectedSession> {
  return new UnconnectedSession(await keeper.transport(), {
    deviceId: parseId(deviceId),
    key: await platformProofKey(),
    counter: await DeviceCounter.open(store),
    clock: systemClock,
    random: systemRandom,
    keepRotated: async () => {},
  });
}

/** Asks whether somebody answers. Throws `client.not-connected` when somebody does, else `client.unreachable`. */
export async function findServer(keeper: Keeper): Promise<never> {
  const transport = await keeper.transport();
  const asking = wireRequest({ method: 'GET', path: ROUTES.deployment });
  try {
    grantedBody(await transport.send(asking, NO_SESSION_YET));
  } catch (cause) {
    throw new ServerUnreachable('nobody answers yet', { cause });
  }
  throw new NotConnected('a session has to be opened');
}

/** When there was a server last, to the minute. Null before the first time. */
export async function lastContact(store: LocalStore): Promise<string | null> {
  const kept = await store.get(...CONTACT);
  return kept === null ? null : parseUtf8(kept);
}

/** There was one at this moment. */
export async function keepContact(store: LocalStore): Promise<void> {
  const nowMs = systemClock.nowMs();
  const before = await lastContact(store);
  const passedMs = nowMs - Date.parse(before ?? '1970-01-01T00:00:00.000Z');
  if (passedMs >= CONTACT_MS || passedMs < 0)
    await store.put(...CONTACT, utf8(formatInstant(nowMs)));
}
