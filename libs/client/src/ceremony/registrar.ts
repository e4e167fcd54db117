import type { StateCode } from '@enlace/contracts';
import { formatInstant, toBase64Url, type Clock, type Random } from '@enlace/kernel';
import {
  currentOf,
  keyId,
  publicKeyOf,
  type Directory,
  type Seed,
  type SignedObject,
  type StatementType,
} from '@enlace/trust';

import type { Carrier } from './carrier.js';

const DAY_MS = 86_400_000;

/** Somebody who speaks for a State, with a certified key of his own, and the way that his acts take to the server. */
export interface Registrar {
  readonly state: StateCode;
  /** The key that the root certified; not the identity key of the person who holds it. */
  readonly seed: Seed;
  readonly carry: Carrier;
  /** As the registrar's own device folds it. Null while the State is being founded: nobody of it can read one yet. */
  readonly directory: Directory | null;
  readonly clock: Clock;
  readonly random: Random;
}

/** What every statement of the registrar begins with; the serial is the next of its type and subject. */
export function headOf<Type extends StatementType>(
  { state, clock, directory }: Registrar,
  type: Type,
  subject: string,
) {
  const before = directory === null ? null : currentOf(directory, { type, state, subject });
  const serial = (before?.statement.body.serial ?? 0) + 1;
  const issuedAt = formatInstant(clock.nowMs());
  return { head: { type, v: 1 as const, state, issuedAt, serial }, before };
}

/** A term that begins at this moment. */
export function termOf(
  { clock }: Registrar,
  days: number,
): { notBefore: string; notAfter: string } {
  const nowMs = clock.nowMs();
  return { notBefore: formatInstant(nowMs), notAfter: formatInstant(nowMs + days * DAY_MS) };
}

/** Whether the registrar's key is among the signers of an object, whatever its signature is worth. */
export function hasSigned({ seed }: Registrar, { signatures }: SignedObject): boolean {
  const own = keyId(publicKeyOf(seed));
  return signatures.some(({ key }) => key === own);
}

/** Base64url of random bytes. */
export function randomText({ random }: Registrar, length: number): string {
  return toBase64Url(random.bytes(length));
}
