import type { StatementType } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import type { Signer } from './unlock.js';

/** Types that a State's root signs about another State. */
const ABOUT_OTHERS: ReadonlySet<StatementType> = new Set<StatementType>([
  'root-replacement',
  'state-admission',
  'state-removal',
]);

const TYPES: Readonly<Record<Signer['kind'], ReadonlySet<StatementType>>> = {
  root: new Set<StatementType>([
    'root-rotation',
    'root-replacement',
    'state-policy',
    'registrar-cert',
    'revocation',
    'witness-key',
    'state-admission',
    'state-removal',
  ]),
  registrar: new Set<StatementType>([
    'office',
    'person-cert',
    'device-cert',
    'revocation',
    'contact-confirmation',
  ]),
  // It releases the browser client, and states nothing.
  release: new Set<StatementType>(),
};

/**
 * Stops a mistake before it is signed; whoever verifies the statement decides for himself. Throws `key.may-not-sign`
 * and, for a key of another State where it has no say, `key.other-state`.
 */
export function assertMaySign(
  { kind, state }: Signer,
  body: { readonly type: StatementType; readonly state: string },
): void {
  if (!TYPES[kind].has(body.type)) throw new CliError('key.may-not-sign', { type: body.type });
  if (state !== body.state && !ABOUT_OTHERS.has(body.type)) {
    throw new CliError('key.other-state', { key: state, statement: body.state });
  }
}
