import type { BodyOf } from '../statements/statement.js';
import type { Accepted, Directory, RevocationMark } from './directory.js';

export type RevocableKind = 'device' | 'person' | 'registrar' | 'office';

const NOT_REVOKED: RevocationMark = { through: 0, suspectFrom: null, suspectThrough: 0 };

export function revocationOf(
  directory: Directory,
  kind: RevocableKind,
  subject: string,
): RevocationMark {
  return directory.revocations.get(`${kind}|${subject}`) ?? NOT_REVOKED;
}

/** A registrar's certificate that is not revoked and was not signed by a root that turned out to be a thief's. */
export function registrarStands(
  directory: Directory,
  { statement: { body }, signers }: Accepted<BodyOf<'registrar-cert'>>,
): boolean {
  const authority = directory.authorities.get(body.state);
  const root = authority?.generations[signers[0]?.generation ?? -1];
  return (
    root !== undefined &&
    !root.isCancelled &&
    body.serial > revocationOf(directory, 'registrar', body.registrarId).through
  );
}

/**
 * A person's certificate that is not revoked and whose registrars were honest when it was logged. A registrar who left
 * leaves it standing; one who was compromised takes down what he signed from the named index on.
 */
export function personStands(
  directory: Directory,
  { statement: { body }, index, signers }: Accepted<BodyOf<'person-cert'>>,
): boolean {
  if (body.serial <= revocationOf(directory, 'person', body.personId).through) return false;
  const authority = directory.authorities.get(body.state);
  if (authority === undefined || authority.isRemoved) return false;
  return signers
    .filter(({ kind }) => kind === 'registrar')
    .every(({ id, generation, serial }) => {
      const { suspectFrom, suspectThrough } = revocationOf(directory, 'registrar', id);
      const isSuspect = suspectFrom !== null && index >= suspectFrom && serial <= suspectThrough;
      return !isSuspect && authority.generations[generation]?.isCancelled === false;
    });
}

export function officeStands(
  directory: Directory,
  { statement: { body } }: Accepted<BodyOf<'office'>>,
): boolean {
  return !body.closed && body.serial > revocationOf(directory, 'office', body.officeId).through;
}

export function deviceStands(directory: Directory, deviceId: string): boolean {
  return revocationOf(directory, 'device', deviceId).through === 0;
}
