import type { Approval, StateCode } from '@enlace/contracts';
import { equalBytes, parseId } from '@enlace/kernel';
import { parseSignedObject, StatementRefused, type SignerKey } from '@enlace/trust';

import type { ActTransaction } from '../platform/access/act.js';

/**
 * The registrar who acts: under a session the one who signed in, whose signature must be there; while a State is being
 * founded nobody can sign in, and the one signature that is not in `before` speaks. Throws `statement.refused`.
 */
export function actingRegistrar(
  { session }: ActTransaction,
  signers: readonly SignerKey[],
  before: readonly string[] = [],
): string {
  const added = signers.filter(({ kind, id }) => kind === 'registrar' && !before.includes(id));
  const [acting, ...others] = added;
  if (acting === undefined) throw new StatementRefused('two-registrars');
  if (others.length > 0) throw new StatementRefused('one-signature');
  if (session !== null && acting.id !== session.personId) throw new StatementRefused('signer');
  return acting.id;
}

/** A registrar whose signature was verified, as the second person of an act. */
export function approvalOf(registrarId: string, state: StateCode): Approval {
  return { personId: parseId(registrarId), state, roles: ['registrar'] };
}

/** Whether two wires carry the same signed bytes, whoever signed each. Throws `statement.refused`. */
export function isSameBody(a: string, b: string): boolean {
  return equalBytes(parseSignedObject(a).bodyBytes, parseSignedObject(b).bodyBytes);
}
