import { ROUTES } from '@enlace/contracts';
import { formatInstant, newId } from '@enlace/kernel';
import {
  addSignature,
  formatReentry,
  parseReentry,
  reentryCodeHash,
  SIGNING_LABELS,
  signObject,
  trustStoreFingerprint,
  verifyPerson,
  verifyReentry,
  type Reentry,
} from '@enlace/trust';

import { CeremonyRefused } from './ceremony-refused.js';
import type { InformedRegistrar } from './standing.js';

/** Shorter than the longest term, so that a clock a little ahead proposes nothing that is refused. */
const REENTRY_LIFE_MS = 24 * 3_600_000 - 60_000;
const CODE_BYTES = 16;

/** What the first registrar has: the signed object for the second one, and the paper for the person. */
export interface ProposedReentry {
  readonly wire: string;
  readonly reentry: Reentry;
  readonly paper: string;
}

/**
 * The first registrar, who has proven the person's identity anew, makes a code with which this person comes back
 * without a passkey. It opens no vault. Throws `chain.refused` for nobody of the own directory, `ceremony.refused`.
 */
export async function proposeReentry(
  registrar: InformedRegistrar,
  personId: string,
  trustStoreText: string,
): Promise<ProposedReentry> {
  const { state, seed, clock, random, carry } = registrar;
  assertOwn(registrar, personId);
  const code = random.bytes(CODE_BYTES);
  const reentry = {
    reentryId: newId<never>(clock, random),
    state,
    personId,
    codeHash: reentryCodeHash(code),
    expiresAt: formatInstant(clock.nowMs() + REENTRY_LIFE_MS),
  };
  const wire = signObject(SIGNING_LABELS.reentry, reentry, [seed]);
  const path = ROUTES.personReentryCodes.replace(':id', personId);
  const act = { action: 'person.recover', objectId: personId, foundingPath: null } as const;
  await carry({ ...act, path, body: { wire } });
  const fingerprint = trustStoreFingerprint(trustStoreText);
  const { reentryId } = reentry;
  const paper = formatReentry({ state, reentryId, code, trustStoreFingerprint: fingerprint });
  return { wire, reentry: parseReentry(wire), paper };
}

/** The second registrar signs the same bytes. Throws `ceremony.refused` when the first one is not one of this State. */
export async function approveReentry(registrar: InformedRegistrar, wire: string): Promise<Reentry> {
  const { state, seed, clock, directory, carry } = registrar;
  const { reentry, registrars } = verifyReentry(directory, wire, clock.nowMs());
  if (reentry.state !== state || registrars.length !== 1) throw new CeremonyRefused('reentry');
  const { personId } = reentry;
  assertOwn(registrar, personId);
  const signed = addSignature(SIGNING_LABELS.reentry, wire, seed);
  const path = ROUTES.personReentryApproval.replace(':id', personId);
  const act = { action: 'person.recover', objectId: personId, foundingPath: null } as const;
  await carry({ ...act, path, body: { wire: signed } });
  return reentry;
}

function assertOwn({ directory, state, clock }: InformedRegistrar, personId: string): void {
  const person = verifyPerson(directory, personId, { nowMs: clock.nowMs() });
  if (person.state !== state) throw new CeremonyRefused('person-of-another-state');
}
