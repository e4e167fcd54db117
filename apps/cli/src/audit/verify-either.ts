import { CliError } from '../command-line/cli-error.js';
import type { Invocation } from '../command-line/verb.js';

/**
 * `enlace audit verify BUNDLE` or `--url URL`. What checks a bundle is loaded alone: it knows no network, no session
 * and no content key.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { argument, options } = invocation;
  if (argument !== '' && options.has('url')) {
    throw new CliError('usage.unexpected-argument', { argument });
  }
  const verifier =
    argument === ''
      ? await import('./verify.js')
      : await import('../audit-verify/evidence/verify-evidence.js');
  return verifier.run(invocation);
}
