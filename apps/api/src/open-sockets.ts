import { systemClock } from '@enlace/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { Origins } from './platform/access/origins.js';
import type { ServerConfig } from './platform/config/config.js';
import { securityHeaders } from './platform/http/security-headers.js';
import { Lifecycle } from './platform/lifecycle.js';
import { Metrics } from './platform/metrics/metrics.js';
import { Handshakes, type Admission } from './platform/realtime/handshakes.js';
import { SessionSockets } from './platform/realtime/session-sockets.js';
import { SocketAdapter } from './platform/realtime/socket-adapter.js';

/** Opens the socket door; `admission` lets sockets in instead of the ticket of a session. */
export function openSockets(
  app: NestFastifyApplication,
  opening: {
    readonly config: ServerConfig;
    readonly admission: Admission | null;
    readonly events: ReadonlySet<string>;
  },
): SocketAdapter {
  const { config, admission, events } = opening;
  const sockets = app.get(SessionSockets);
  const admit: Admission = admission ?? ((socket) => sockets.admit(socket));
  const adapter = new SocketAdapter({
    http: app.getHttpServer(),
    headers: securityHeaders(config),
    origins: app.get(Origins),
    lifecycle: app.get(Lifecycle),
    handshakes: new Handshakes({ admit, clock: systemClock, metrics: app.get(Metrics) }),
    sockets,
    events,
  });
  app.useWebSocketAdapter(adapter);
  return adapter;
}
