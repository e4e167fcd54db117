import { ROUTES, type StateCode } from '@enlace/contracts';
import { formatInstant, isDomainError, type Clock } from '@enlace/kernel';
import {
  currentOf,
  signStatement,
  type Directory,
  type Revocation,
  type Seed,
} from '@enlace/trust';

import type { Session } from '../session/session.js';
import { CeremonyRefused } from './ceremony-refused.js';

/** A person, with the key that the own devices are certified with, and the own directory. */
export interface DeviceOwner {
  readonly state: StateCode;
  readonly identitySeed: Seed;
  readonly directory: Directory;
  readonly clock: Clock;
}

/**
 * Hands in the certificate of a further device. The same one may be handed in again after a lost answer: a server that
 * has it says so, and that is no failure.
 */
export async function handInCertificate(session: Session, wire: string): Promise<void> {
  try {
    await session.request({ method: 'POST', path: ROUTES.devices, body: { wire } }, 'act');
  } catch (error) {
    const isKnown = isDomainError(error, 'statement.refused') && error.facts['rule'] === 'repeated';
    if (!isKnown) throw error;
  }
}

/** Gives up a device of the own, for ever. The device that asks may be the one. Throws `ceremony.refused`. */
export async function revokeOwnDevice(
  session: Session,
  { state, identitySeed, directory, clock }: DeviceOwner,
  { deviceId, reason }: { readonly deviceId: string; readonly reason: Revocation['reason'] },
): Promise<void> {
  const device = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
  if (device === null) throw new CeremonyRefused('unknown');
  const target = device.statement.id;
  const before = currentOf(directory, { type: 'revocation', state, subject: target });
  const revocation = {
    type: 'revocation',
    v: 1,
    state,
    issuedAt: formatInstant(clock.nowMs()),
    serial: (before?.statement.body.serial ?? 0) + 1,
    target,
    targetKind: 'device',
    reason,
    sinceIndex: null,
  } as const;
  const path = ROUTES.deviceRevocation.replace(':id', deviceId);
  const body = { wire: signStatement(revocation, [identitySeed]) };
  await session.request({ method: 'POST', path, body }, 'act');
}
