import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { allowClientOrigin, answerPreflight } from '../access/cors.js';
import { assertHost, assertOrigin } from '../access/origin-check.js';
import type { Origins } from '../access/origins.js';
import type { AddressGate } from '../rates/address-gate.js';
import type { ServerConfig } from '../config/config.js';
import type { Lifecycle } from '../lifecycle.js';
import type { Log } from '../logging/log.js';
import type { Metrics } from '../metrics/metrics.js';
import type { KnownRoutes } from '../problem/known-routes.js';
import { Refusal } from '../problem/refusal.js';
import { securityHeaders } from './security-headers.js';

export interface Doorway {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly origins: Origins;
  readonly routes: KnownRoutes;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
  readonly addresses: AddressGate;
}

/** Every request passes here before its body is read: going away? too many? from a foreign page? */
export function guardRequests(fastify: FastifyInstance, doorway: Doorway): void {
  countActs(fastify, doorway);
  fastify.addHook('onRoute', ({ method, url }) => {
    doorway.routes.add(url, [method].flat());
  });
  fastify.addHook('onRequest', async (request, reply) => {
    refuseWhileDraining(reply, doorway.lifecycle);
    doorway.addresses.assert(request.ip);
    assertHost(request.headers, doorway.origins);
    allowClientOrigin(request, reply, doorway.origins);
    if (answerPreflight(request, reply, doorway)) return reply;
    assertOrigin(request.method, request.headers, doorway.origins);
  });
  addHeaders(fastify, doorway.config);
}

/** An answer that another hook gave before this one was not counted, and is not counted out either. */
function countActs(fastify: FastifyInstance, doorway: Doorway): void {
  const { lifecycle } = doorway;
  const counted = new WeakSet<FastifyRequest>();
  fastify.addHook('onRequest', async (request) => {
    counted.add(request);
    lifecycle.begin();
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const isOurs = counted.has(request);
    if (isOurs) lifecycle.end();
    const route = request.routeOptions.url ?? (isOurs ? 'unmatched' : 'web-client');
    recordAnswer(doorway, { request, reply, route });
  });
}

function refuseWhileDraining(reply: FastifyReply, lifecycle: Lifecycle): void {
  if (!lifecycle.isDraining) return;
  void reply.header('connection', 'close');
  throw new Refusal('service.unavailable', { facts: { retryAfterSeconds: 1 } });
}

function addHeaders(fastify: FastifyInstance, config: ServerConfig): void {
  const headers = Object.entries(securityHeaders(config));
  fastify.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of headers) {
      if (!reply.hasHeader(name)) void reply.header(name, value);
    }
  });
}

interface Answered {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The template of the route, never the path that was asked for. */
  readonly route: string;
}

function recordAnswer({ log, metrics }: Doorway, { request, reply, route }: Answered): void {
  const { method } = request;
  const status = reply.statusCode;
  const durationMs = Math.round(reply.elapsedTime);
  metrics.answered({ method, route, status, seconds: reply.elapsedTime / 1_000 });
  log.info('http.answered', { requestId: request.id, method, route, status, durationMs });
}
