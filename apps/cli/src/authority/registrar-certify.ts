import { findInteger } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { REGISTRAR_DAYS, withRegistrarTerm } from './registrar-term.js';
import { signFile } from './sign-file.js';

/** `enlace authority registrar certify`: the root certifies the key in a registrar's request, from today on. */
export async function run(invocation: Invocation): Promise<number> {
  const { least, most } = REGISTRAR_DAYS;
  const days = findInteger(invocation.options, 'days', [least, most]) ?? most;
  return signFile(invocation, {
    isExpected: (type) => type === 'registrar-cert',
    complete: (draft, issuedAt) => withRegistrarTerm(draft, issuedAt, days),
  });
}
