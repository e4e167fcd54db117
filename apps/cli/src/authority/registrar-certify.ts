import { formatInstant } from '@enlace/kernel';
import { findInteger } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { signFile } from './sign-file.js';

const DAY_MS = 86_400_000;
/** A registrar is certified for a year at most. */
const DAYS = { least: 1, most: 365 };

/** `enlace authority registrar certify`: the root certifies the key in a registrar's request, from today on. */
export async function run(invocation: Invocation): Promise<number> {
  const days = findInteger(invocation.options, 'days', [DAYS.least, DAYS.most]) ?? DAYS.most;
  return signFile(invocation, {
    isExpected: (type) => type === 'registrar-cert',
    complete: (draft, issuedAt) => ({
      v: 1,
      issuedAt,
      notBefore: issuedAt,
      notAfter: formatInstant(Date.parse(issuedAt) + days * DAY_MS),
      ...draft,
    }),
  });
}
