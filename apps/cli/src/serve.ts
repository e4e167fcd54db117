import { CliError } from './command-line/cli-error.js';
import type { Invocation } from './command-line/verb.js';
import { readListening, tellReady } from './server/listening.js';
import { runServer } from './server/server-process.js';

/** `enlace serve`: the server until it is stopped. */
export async function run(invocation: Invocation): Promise<number> {
  if (invocation.options.has('backup')) {
    throw new CliError('build.no-such-feature', { command: 'serve --backup' });
  }
  const { exitCode } = await runServer({
    settings: readListening(invocation),
    args: invocation.options.has('migrate') ? ['--migrate'] : [],
    onReady: ({ url }) => tellReady(invocation, url),
  });
  return exitCode;
}
