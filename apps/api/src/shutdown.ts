import type { Server as HttpServer } from 'node:http';

import { SERVER_EVENTS } from '@enlace/contracts';
import { systemRandom } from '@enlace/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Foundation } from './foundation.js';
import { Lifecycle } from './platform/lifecycle.js';
import type { Log } from './platform/logging/log.js';
import type { SocketAdapter } from './platform/realtime/socket-adapter.js';

/** Acts under way may take this long to end; what is left then is cut off, so that the whole stays below 10 s. */
const ACTS_MS = 8_000;
/** Sockets come back within this time, each at a moment of its own, so that the other nodes meet no storm. */
const RECONNECT_WITHIN_MS = 8_000;

export interface Running {
  readonly app: NestFastifyApplication;
  readonly http: HttpServer;
  readonly sockets: SocketAdapter;
  readonly log: Log;
  readonly opened: Foundation;
}

/**
 * Leaves in the order in which nobody loses an acknowledged act: not ready, accept nothing, tell the sockets, let
 * acts under way end, then close what they needed. Dying at any point in between is safe: an act is committed or was
 * never acknowledged.
 */
export async function shutDown({ app, http, sockets, log, opened }: Running): Promise<void> {
  const lifecycle = app.get(Lifecycle);
  lifecycle.drain();
  http.close();
  for (const socket of sockets.sockets()) {
    socket.emit(SERVER_EVENTS.reconnect, { afterMs: randomBelow(RECONNECT_WITHIN_MS) });
  }
  const cutOff = await lifecycle.idle(ACTS_MS);
  if (cutOff > 0) log.warn('process.acts-cut-off', { count: cutOff });
  http.closeAllConnections();
  try {
    await app.close();
  } finally {
    await opened.close();
  }
}

/** Not exactly uniform, which spreading does not need. */
function randomBelow(limit: number): number {
  return new DataView(systemRandom.bytes(4).buffer).getUint32(0) % limit;
}
