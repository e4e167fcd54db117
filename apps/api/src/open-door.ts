import { DiscoveryService } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { openSockets } from './open-sockets.js';
import { assertDeclared } from './platform/access/inventory.js';
import { Origins } from './platform/access/origins.js';
import type { ServerConfig } from './platform/config/config.js';
import { useStrictJson } from './platform/http/body-parser.js';
import { guardRequests } from './platform/http/door.js';
import { Lifecycle } from './platform/lifecycle.js';
import type { Log } from './platform/logging/log.js';
import { Metrics } from './platform/metrics/metrics.js';
import { KnownRoutes } from './platform/problem/known-routes.js';
import { ProblemFilter } from './platform/problem/problem.filter.js';
import { createValidationPipe } from './platform/problem/validation.js';
import { AcknowledgeInterceptor } from './platform/realtime/acknowledge.interceptor.js';
import { AddressGate } from './platform/rates/address-gate.js';
import type { Admission } from './platform/realtime/handshakes.js';
import type { SocketAdapter } from './platform/realtime/socket-adapter.js';
import { serveWebClient, type ServedClient } from './platform/web-client/serve-web-client.js';

export interface Opening {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly webClient: ServedClient | null;
  /** Instead of the ticket of a session. */
  readonly admission: Admission | null;
}

/**
 * Puts everything between the network and the handlers. Throws `StartupRefusal` when a handler does not declare
 * itself.
 */
export function openDoor(app: NestFastifyApplication, opening: Opening): SocketAdapter {
  const { config, log, webClient, admission } = opening;
  const declarations = assertDeclared(app.get(DiscoveryService));
  const lifecycle = app.get(Lifecycle);
  const origins = app.get(Origins);
  const fastify = app.getHttpAdapter().getInstance();
  useStrictJson(fastify);
  if (webClient) serveWebClient(fastify, webClient);
  const routes = app.get(KnownRoutes);
  const metrics = app.get(Metrics);
  const addresses = app.get(AddressGate);
  guardRequests(fastify, { config, log, origins, lifecycle, routes, metrics, addresses });
  app.useGlobalFilters(app.get(ProblemFilter));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalInterceptors(new AcknowledgeInterceptor());
  const events = declarations.filter(({ transport }) => transport === 'socket');
  return openSockets(app, { config, admission, events: new Set(events.map(({ name }) => name)) });
}
