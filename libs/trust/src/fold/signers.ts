import { parseBase64Url } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';

import { keyId } from '../fingerprint.js';
import type { SigningLabel } from '../labels.js';
import { isSignedBy, type SignedObject } from '../signed-object.js';
import type { BodyOf, Statement, StatementBody } from '../statements/statement.js';
import { StatementRefused } from '../trust-error.js';
import {
  currentOf,
  type Accepted,
  type Authority,
  type Directory,
  type SignerKey,
} from './directory.js';
import { personStands, registrarStands } from './standing.js';

/**
 * Verifies every signature of a statement and says who made them. Throws `statement.refused` when one is of a key that
 * may not sign here, or does not verify: a statement carries no idle signatures.
 */
export function verifySigners(
  statement: Statement,
  allowed: readonly SignerKey[],
): readonly SignerKey[] {
  return verifyObjectSigners(statement.object, `enlace/trust/v1/${statement.type}`, allowed);
}

/** As `verifySigners`, for an object of any kind. */
export function verifyObjectSigners(
  object: SignedObject,
  name: SigningLabel,
  allowed: readonly SignerKey[],
): readonly SignerKey[] {
  const byId = new Map<string, SignerKey>(
    allowed.map((signer) => [keyId(parseBase64Url(signer.key)), signer]),
  );
  return object.signatures.map(({ key }) => {
    const signer = byId.get(key);
    if (signer === undefined) throw new StatementRefused('signer');
    const publicKey = parseBase64Url(signer.key);
    if (!isSignedBy(object, name, publicKey)) {
      throw new StatementRefused('signature');
    }
    return signer;
  });
}

/** The root key that speaks for a State at a statement's own time, if any. */
export function rootKeys(directory: Directory, state: StateCode, atMs: number): SignerKey[] {
  const authority = directory.authorities.get(state);
  if (authority === undefined || authority.isRemoved) return [];
  const generation = generationAt(authority, atMs);
  const root = authority.generations[generation];
  if (!root || atMs < root.fromMs || atMs > root.untilMs) return [];
  return [{ kind: 'root', state, id: '', key: root.key, generation, serial: 0 }];
}

/** The registrars of a State that are certified, not revoked and inside their term at a statement's own time. */
export function registrarKeys(directory: Directory, state: StateCode, atMs: number): SignerKey[] {
  const authority = directory.authorities.get(state);
  if (authority === undefined || authority.isRemoved) return [];
  return authority.registrars.flatMap((registrarId) => {
    const cert = currentOf(directory, { type: 'registrar-cert', state, subject: registrarId });
    if (!cert || !registrarStands(directory, cert) || !isWithin(cert.statement.body, atMs))
      return [];
    const { key, serial } = cert.statement.body;
    const generation = cert.signers[0]?.generation ?? 0;
    return [{ kind: 'registrar' as const, state, id: registrarId, key, generation, serial }];
  });
}

/** The identity key of a person whose certificate holds at a statement's own time, and that certificate. */
export function identityOf(
  directory: Directory,
  person: { readonly state: StateCode; readonly personId: string; readonly atMs: number },
): { readonly cert: Accepted<BodyOf<'person-cert'>>; readonly signer: SignerKey } | null {
  const { state, personId, atMs } = person;
  const cert = currentOf(directory, { type: 'person-cert', state, subject: personId });
  if (!cert || !personStands(directory, cert) || !isWithin(cert.statement.body, atMs)) return null;
  return { cert, signer: identitySigner(cert.statement.body) };
}

export function identitySigner({ state, personId, identityKey }: BodyOf<'person-cert'>): SignerKey {
  return { kind: 'identity', state, id: personId, key: identityKey, generation: 0, serial: 0 };
}

/** The people whose identity keys signed, found by the key ids on the wire; those who do not stand are left out. */
export function identitiesOnWire(
  directory: Directory,
  statement: Statement,
): readonly { readonly cert: Accepted<BodyOf<'person-cert'>>; readonly signer: SignerKey }[] {
  const { state, issuedAt } = statement.body;
  return statement.object.signatures.flatMap(({ key }) => {
    const [kind, personId] = directory.keys.get(key)?.owner.split('|') ?? [];
    if (kind !== 'identity' || personId === undefined) return [];
    const found = identityOf(directory, { state, personId, atMs: Date.parse(issuedAt) });
    return found ? [found] : [];
  });
}

export function isWithin(
  { notBefore, notAfter }: { readonly notBefore: string; readonly notAfter: string },
  atMs: number,
): boolean {
  return atMs >= Date.parse(notBefore) && atMs <= Date.parse(notAfter);
}

/** A time that a statement gives itself; the signers stand for it, the log order for the rest. */
export function issuedMs(body: StatementBody): number {
  return Date.parse(body.issuedAt);
}

// The old root ends when the new one first signs, or when the rotation's wait is over by the statement's own time.
function generationAt({ generations, active }: Authority, atMs: number): number {
  const pending = generations.findLastIndex(
    ({ isCancelled, fromMs }, at) => at > active && !isCancelled && fromMs <= atMs,
  );
  return pending === -1 ? active : pending;
}
