import type { Server } from 'node:net';

/** The port of a TCP server that listens; anything else is a fault of the caller. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('not a listening TCP server');
  return address.port;
}
