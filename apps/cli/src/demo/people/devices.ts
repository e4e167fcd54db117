import { revokeOwnDevice, signClaimedDevice, type ClaimKeys } from '@enlace/client';
import { ROUTES, type DemoPersona, type StateCode } from '@enlace/contracts';
import { canonicalJson, systemClock, toBase64Url } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';

import { writeNewFiles } from '../../files/new-files.js';
import { newKeys } from '../../home/device-profile.js';
import { loadVaultKeys } from '../../home/kept-vault.js';
import { rememberDevice } from '../../home/known-devices.js';
import type { SignedIn } from './contacts.js';
import { directoryShowing } from './own-directory.js';

/** Somebody of the demo lost a device: what is revoked, and stays in the log for ever, can be looked at. */
export const WHO_LOST_A_DEVICE = 'gt-rene';

/**
 * A second device of the person, for the browser: two programs on one device would be one too many. Its keys go into a
 * file of the owner alone.
 */
export async function giveBrowserDevice(
  person: SignedIn,
  state: StateCode,
  path: string,
): Promise<void> {
  const { player, personId, seat } = person;
  const { keys, deviceCert } = await certifyAnother(person, state);
  const vault = await loadVaultKeys(seat.store);
  if (vault === null) throw new RangeError('nobody works without a vault');
  const bundle: DemoPersona = {
    v: 1,
    slug: player.slug,
    name: player.name,
    title: { ...player.title },
    state,
    personId,
    deviceId: keys.deviceId,
    deviceCert,
    trustStore: seat.profile.trustStore,
    identitySeed: toBase64Url(keys.identitySeed),
    signSeed: toBase64Url(keys.signSeed),
    kemSeed: toBase64Url(keys.kemSeed),
    rootKey: toBase64Url(vault.rootKey),
  };
  writeNewFiles([{ path, text: `${canonicalJson({ ...bundle })}\n`, isSecret: true }]);
}

/** A device that nobody has any more, given up by its owner. */
export async function loseDevice(person: SignedIn, state: StateCode): Promise<void> {
  const { seat, session } = person;
  const { keys } = await certifyAnother(person, state);
  const directory = await directoryShowing(
    seat.enrolled,
    session,
    ({ homes }) => homes.get(`device|${keys.deviceId}`) !== undefined,
  );
  const { identitySeed } = seat.profile.keys;
  const owner = { state, identitySeed, directory, clock: systemClock };
  await revokeOwnDevice(session, owner, { deviceId: keys.deviceId, reason: 'lost' });
}

/** Keys of a further device, certified by the person's own key. */
async function certifyAnother(
  { seat, session, personId }: SignedIn,
  state: StateCode,
): Promise<{ readonly keys: ClaimKeys; readonly deviceCert: string }> {
  const { identitySeed } = seat.profile.keys;
  const keys: ClaimKeys = { ...newKeys(), identitySeed };
  const deviceCert = signClaimedDevice({ state, personId }, keys, systemClock);
  const body = { wire: deviceCert };
  await session.request({ method: 'POST', path: ROUTES.devices, body }, 'act');
  const certified = parseStatement(deviceCert).body;
  if (certified.type === 'device-cert') await rememberDevice(seat.store, certified);
  return { keys, deviceCert };
}
