import {
  addSignature,
  signObject,
  signObjectBy,
  type ForeignSigner,
  type Seed,
} from '../sign-object.js';
import { parseBody, parseStatement, type StatementBody } from './statement.js';

/** The wire of a statement signed by the given seeds. Throws `statement.refused` before a bad body is signed. */
export function signStatement(body: StatementBody, seeds: readonly Seed[]): string {
  const checked = parseBody(body);
  return signObject(`enlace/trust/v1/${checked.type}`, checked, seeds);
}

/** As `signStatement`, by a key that is not held here. */
export async function signStatementBy(body: StatementBody, signer: ForeignSigner): Promise<string> {
  const checked = parseBody(body);
  return signObjectBy(`enlace/trust/v1/${checked.type}`, checked, signer);
}

/** Adds the signature of one more key, after the statement's own members were checked. Throws `statement.refused`. */
export function cosignStatement(wire: string, seed: Seed): string {
  const { body } = parseStatement(wire);
  return addSignature(`enlace/trust/v1/${body.type}`, wire, seed);
}
