import { DEFAULT_POLICY } from '@enlace/trust';
import type { Invocation } from '../command-line/verb.js';
import { signFile } from './sign-file.js';

/** `enlace authority policy sign`: a State's policy; terms that the draft does not name are the strictest. */
export async function run(invocation: Invocation): Promise<number> {
  return signFile(invocation, {
    isExpected: (type) => type === 'state-policy',
    complete: (draft, issuedAt) => ({
      type: 'state-policy',
      v: 1,
      issuedAt,
      ...DEFAULT_POLICY,
      ...draft,
    }),
  });
}
