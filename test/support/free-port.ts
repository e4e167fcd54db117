import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

import { portOf } from '../../apps/api/src/platform/http/port-of.js';

/** Above what services have. */
const LOWEST_PORT = 20_000;

/** A port that nobody had a moment ago, for programs that must be told one. */
export async function freePort(): Promise<number> {
  return (await probed(0)) ?? Promise.reject(new Error('no port is free'));
}

/** The same, outside the range that the system gives to whoever asks for any port. */
export async function freePortBelow(end: number): Promise<number> {
  const port = await probed(randomInt(LOWEST_PORT, end));
  return port ?? freePortBelow(end);
}

/** The port when it can be had; `null` when somebody has it. */
async function probed(wanted: number): Promise<number | null> {
  const probe = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(wanted, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return null;
  const port = portOf(probe);
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return port;
}
