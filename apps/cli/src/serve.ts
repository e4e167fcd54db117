import { findText } from './command-line/option-values.js';
import type { Invocation } from './command-line/verb.js';
import { readListening, tellReady } from './server/listening.js';
import { runServer } from './server/server-process.js';

/** Options that name a file or a folder of the server. */
const PATHS = ['refill', 'backup', 'restore'] as const;

/** `enlace serve`: the server until it is stopped. */
export async function run(invocation: Invocation): Promise<number> {
  const { exitCode } = await runServer({
    settings: readListening(invocation),
    args: [
      ...(invocation.options.has('migrate') ? ['--migrate'] : []),
      ...PATHS.flatMap((name) => {
        const path = findText(invocation.options, name);
        return path === null ? [] : [`--${name}`, path];
      }),
    ],
    onReady: ({ url }) => tellReady(invocation, url),
  });
  return exitCode;
}
