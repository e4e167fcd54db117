import { CliError } from './command-line/cli-error.js';
import { findText } from './command-line/option-values.js';
import type { Invocation } from './command-line/verb.js';
import { readListening, tellReady } from './server/listening.js';
import { runServer } from './server/server-process.js';

/** `enlace serve`: the server until it is stopped. */
export async function run(invocation: Invocation): Promise<number> {
  if (invocation.options.has('backup')) {
    throw new CliError('build.no-such-feature', { command: 'serve --backup' });
  }
  const refill = findText(invocation.options, 'refill');
  const { exitCode } = await runServer({
    settings: readListening(invocation),
    args: [
      ...(invocation.options.has('migrate') ? ['--migrate'] : []),
      ...(refill === null ? [] : ['--refill', refill]),
    ],
    onReady: ({ url }) => tellReady(invocation, url),
  });
  return exitCode;
}
