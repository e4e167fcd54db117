import { ClientStatements } from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import type { EnrolledHome } from './enrolled-home.js';

/** What the device of this home says under its own signature, kept here until a server has acknowledged it. */
export function statementsOf({ store, profile }: Pick<EnrolledHome, 'store' | 'profile'>) {
  const { deviceId, signSeed: seed } = profile.keys;
  return new ClientStatements(store, {
    device: { deviceId, seed },
    clock: systemClock,
    random: systemRandom,
  });
}
