import type { Invocation } from '../command-line/verb.js';
import { signFile } from './sign-file.js';

/** `enlace authority sign`: any statement that a State's root or a registrar signs, or signs beside others. */
export async function run(invocation: Invocation): Promise<number> {
  return signFile(invocation, {
    isExpected: () => true,
    complete: (draft, issuedAt) => ({ v: 1, issuedAt, ...draft }),
  });
}
