import {
  directoryOf,
  DirectoryReplica,
  verifyOwnChain,
  type DirectoryAlert,
  type OwnChain,
  type Session,
} from '@enlace/client';
import { parseId, systemClock } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';
import { invitationOf } from './device-profile.js';
import type { EnrolledHome } from './enrolled-home.js';

/** The directory as this home holds it, without asking anybody. `trustStore` replaces the pinned one if it may. */
export async function openDirectory(
  { store, profile }: EnrolledHome,
  trustStore: string = profile.trustStore,
): Promise<DirectoryReplica> {
  const { state } = invitationOf(profile);
  return DirectoryReplica.open(store, { trustStoreText: trustStore, viewpoint: state });
}

/** Takes in what is new. Throws `directory.refused` when the server's log is not an extension of what is held. */
export async function syncDirectory(
  replica: DirectoryReplica,
  session: Session,
): Promise<readonly DirectoryAlert[]> {
  return replica.sync(directoryOf(session));
}

/** Whether everybody sees this device as it knows itself. Throws as `verifyOwnChain`. */
export function ownChainIn(
  { directory }: DirectoryReplica,
  { profile }: Pick<EnrolledHome, 'profile'>,
): OwnChain {
  const { body } = parseStatement(profile.deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  const own = {
    keys: profile.keys,
    personId: parseId<never>(body.personId),
    certifiedAtMs: Date.parse(body.issuedAt),
  };
  return verifyOwnChain(directory, own, systemClock.nowMs());
}
