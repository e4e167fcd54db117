import 'reflect-metadata';

import { fileURLToPath } from 'node:url';

import { TIME_LIMITS } from '@enlace/contracts';

import { readConfig } from './platform/config/config.js';
import { STARTUP_REFUSED_EXIT_CODE, StartupRefusal } from './platform/config/startup-refusal.js';
import { errorFields } from './platform/logging/error-fields.js';
import { createLog, type Log } from './platform/logging/log.js';
import { createServer, type Server } from './server.js';

/** Exit code of a process that met an error it cannot go on after, or that was told twice to stop. */
const FAILED_EXIT_CODE = 1;
/** The built browser client, from the sources as from the build of the server. */
const WEB_ROOT = fileURLToPath(new URL('../../web/dist', import.meta.url));

async function main(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2));
  const log = createLog(config.logLevel);
  endOnFailure(log);
  const starting = createServer(config, { log, webRoot: WEB_ROOT });
  const stopping = stopWhenAsked(starting, log);
  const server = await starting;
  if (stopping.aborted) return;
  try {
    const url = await server.listen();
    for (const { vkey } of server.logs) log.info('log.opened', { vkey });
    log.info('process.ready', { url });
    process.send?.({ event: 'ready', url, logs: server.logs });
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** A process that survives with a dead listener is deaf for ever: better gone, and started again. */
function endOnFailure(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error('process.failed', errorFields(error));
      process.exit(FAILED_EXIT_CODE);
    });
  }
}

/**
 * The first wish to stop ends the server in order, also one that is still starting; a second ends the process at once.
 * The signal returned is aborted by the first.
 */
function stopWhenAsked(starting: Promise<Server>, log: Log): AbortSignal {
  const stopping = new AbortController();
  const closeInOrder = async (server: Server): Promise<void> => {
    await server.close();
    log.info('process.stopped');
    process.exit(0);
  };
  const stop = (signal: string): void => {
    if (stopping.signal.aborted) process.exit(FAILED_EXIT_CODE);
    stopping.abort();
    log.info('process.stopping', { signal });
    setTimeout(() => process.exit(FAILED_EXIT_CODE), TIME_LIMITS.shutdownMs).unref();
    // A start that fails has closed what it opened and ends the process itself.
    void starting.then(closeInOrder, () => undefined);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The program that started this one is gone: without it nobody would stop the server and its database.
  process.on('disconnect', () => stop('disconnect'));
  return stopping.signal;
}

/** Tells the operator, and the program that started this one, why; then ends, whatever is still open. */
function refuseToStart({ reasons }: StartupRefusal): void {
  const end = (): never => process.exit(STARTUP_REFUSED_EXIT_CODE);
  for (const reason of reasons) process.stderr.write(`enlace: ${reason}\n`);
  if (process.send === undefined) end();
  else process.send({ event: 'refused', reasons }, end);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartupRefusal)) throw error;
  refuseToStart(error);
}
