import { ROUTES } from '@enlace/contracts';
import { newId } from '@enlace/kernel';
import { parseStatement, signStatement, type Office } from '@enlace/trust';

import type { Carrier } from './carrier.js';
import { CeremonyRefused } from './ceremony-refused.js';
import { cosignCertificate } from './certify.js';
import { headOf, type Registrar } from './registrar.js';

/** What an office says of itself; a new one has no id yet. */
export type OfficeContent = Omit<
  Office,
  'type' | 'v' | 'state' | 'issuedAt' | 'serial' | 'officeId'
> & {
  readonly officeId?: string;
};

/** Hands in what was signed offline: by a root, by several States together, or an office by two registrars. */
export async function submitStatement(carry: Carrier, wire: string): Promise<void> {
  const { type, id } = parseStatement(wire);
  const isOffice = type === 'office';
  await carry({
    path: isOffice ? ROUTES.offices : ROUTES.authorityStatements,
    foundingPath: ROUTES.foundingStatements,
    action: isOffice ? 'office.change' : 'authority.submit',
    objectId: id,
    body: { wire },
  });
}

/** An office of the own State, new or changed, signed by the first registrar. Nothing is sent. */
export function draftOffice(registrar: Registrar, { officeId, ...content }: OfficeContent): string {
  const { clock, random, seed } = registrar;
  const id = officeId ?? newId(clock, random);
  const { head } = headOf(registrar, 'office', id);
  return signStatement({ ...head, officeId: id, ...content }, [seed]);
}

/**
 * Signs beside the first registrar and hands the office in. What it says was shown before. Throws `ceremony.refused`.
 */
export async function completeOffice(registrar: Registrar, drafted: string): Promise<string> {
  if (parseStatement(drafted).type !== 'office') throw new CeremonyRefused('not-an-office');
  const wire = cosignCertificate(registrar, drafted);
  await submitStatement(registrar.carry, wire);
  return wire;
}
