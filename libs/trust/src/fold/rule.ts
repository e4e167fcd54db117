import { parseBase64Url } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';

import { keyId } from '../fingerprint.js';
import type { Statement } from '../statements/statement.js';
import { StatementRefused } from '../trust-error.js';
import {
  memberStates,
  quorumSize,
  type Accepted,
  type Directory,
  type KeyOwner,
  type SignerKey,
} from './directory.js';
import { issuedMs, registrarKeys, rootKeys, verifySigners } from './signers.js';

/** What a rule looks at: a statement in its place, and the statement with the serial before, if any. */
export interface Candidate<Body> {
  readonly directory: Directory;
  readonly statement: Statement & { readonly body: Body };
  readonly index: number;
  readonly before: Accepted<Body> | null;
}

/** What a rule grants: who signed, and what the directory holds besides the statement itself. */
export interface Granted {
  readonly signers: readonly SignerKey[];
  readonly directory: Directory;
}

/** Checks signatures and rules of one type. Throws `statement.refused`; never changes the directory it was given. */
export type Rule<Body> = (candidate: Candidate<Body>) => Granted;

export function refuseUnless(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new StatementRefused(rule);
}

const DAY_MS = 86_400_000;

/** A span that is not empty, not longer than allowed, and not over when it is signed. */
export function assertTerm(
  term: { readonly issuedAt: string; readonly notBefore: string; readonly notAfter: string },
  maxDays: number,
): void {
  const [issued, from, until] = [term.issuedAt, term.notBefore, term.notAfter].map((time) =>
    Date.parse(time),
  );
  refuseUnless(from !== undefined && until !== undefined && issued !== undefined, 'term');
  refuseUnless(from < until && issued <= until, 'term');
  refuseUnless(until - from <= maxDays * DAY_MS, 'term-length');
}

export function signedByRoot<Body>({
  directory,
  statement,
}: Candidate<Body>): readonly SignerKey[] {
  const { state } = statement.body;
  return verifySigners(statement, rootKeys(directory, state, issuedMs(statement.body)));
}

/** Two registrars of the State with different ids and keys; the further keys may sign beside them. */
export function signedByTwoRegistrars<Body>(
  { directory, statement }: Candidate<Body>,
  beside: readonly SignerKey[] = [],
): readonly SignerKey[] {
  const { state } = statement.body;
  const registrars = registrarKeys(directory, state, issuedMs(statement.body));
  const signers = verifySigners(statement, [...registrars, ...beside]);
  refuseUnless(signers.filter(({ kind }) => kind === 'registrar').length >= 2, 'two-registrars');
  return signers;
}

/** Quorum of the admitted States without the one it is about; `beside` are keys of its own that must sign too. */
export function signedByQuorum<Body>(
  { directory, statement }: Candidate<Body>,
  about: StateCode | null,
  beside: readonly SignerKey[] = [],
): readonly SignerKey[] {
  const states = memberStates(directory).filter((state) => state !== about);
  const roots = states.flatMap((state) => rootKeys(directory, state, issuedMs(statement.body)));
  const signers = verifySigners(statement, [...roots, ...beside]);
  const agreed = signers.filter(({ kind }) => kind === 'root').length;
  refuseUnless(agreed >= quorumSize(states.length), 'quorum');
  refuseUnless(signers.length - agreed === beside.length, 'own-signature');
  return signers;
}

/** A key that the statement itself brings and that must prove its possession. */
export function ownKey(state: StateCode, key: string): SignerKey {
  return { kind: 'own', state, id: '', key, generation: 0, serial: 0 };
}

/** Gives a key to its one owner. Throws `statement.refused` when another has it, or when it was lost or compromised. */
export function withKey(directory: Directory, owner: string, key: string): Directory {
  const id = keyId(parseBase64Url(key));
  const known = directory.keys.get(id);
  if (known === undefined) return putKey(directory, { owner, key, isBurned: false });
  refuseUnless(known.owner === owner && known.key === key, 'key-in-use');
  refuseUnless(!known.isBurned, 'key-burned');
  return directory;
}

/** Marks a key as lost or compromised. */
export function burnKey(directory: Directory, key: string): Directory {
  const known = directory.keys.get(keyId(parseBase64Url(key)));
  return known === undefined ? directory : putKey(directory, { ...known, isBurned: true });
}

export function isBurned(directory: Directory, key: string): boolean {
  return directory.keys.get(keyId(parseBase64Url(key)))?.isBurned === true;
}

/** Settles a subject in one State. Throws `statement.refused` when it lives in another. */
export function withHome(directory: Directory, subject: string, state: StateCode): Directory {
  const home = directory.homes.get(subject);
  refuseUnless(home === undefined || home === state, 'other-state');
  return home === state ? directory : { ...directory, homes: directory.homes.with(subject, state) };
}

function putKey(directory: Directory, owner: KeyOwner): Directory {
  return { ...directory, keys: directory.keys.with(keyId(parseBase64Url(owner.key)), owner) };
}
