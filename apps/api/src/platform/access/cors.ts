import type { FastifyReply, FastifyRequest } from 'fastify';

import type { KnownRoutes } from '../problem/known-routes.js';
import type { Origins } from './origins.js';

const REQUEST_HEADERS = [
  'DPoP',
  'Content-Type',
  'Enlace-Purpose',
  'Enlace-Step-Up',
  'Enlace-Ticket',
  'Upload-Offset',
  'Range',
].join(', ');
const EXPOSED_HEADERS = [
  'DPoP-Nonce',
  'Enlace-Receipt',
  'Upload-Offset',
  'Content-Range',
  'Retry-After',
].join(', ');
/** Seconds that a browser may keep the answer of a preflight. */
const PREFLIGHT_MAX_AGE = '600';

/** Cross-origin answers are readable by the pages of listed origins alone (Fetch standard, section 3.3). */
export function allowClientOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: Origins,
): void {
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.isClient(origin)) return;
  void reply
    .header('access-control-allow-origin', origin)
    .header('access-control-allow-credentials', 'true')
    .header('access-control-expose-headers', EXPOSED_HEADERS);
}

/**
 * Answers the preflight of a listed origin for a path that has routes, with their methods. Returns false where the
 * request is none: it is then answered like any other request, with 404 or 405.
 */
export function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  doorway: { readonly origins: Origins; readonly routes: KnownRoutes },
): boolean {
  const { origin, 'access-control-request-method': requested } = request.headers;
  if (request.method !== 'OPTIONS' || origin === undefined || requested === undefined) return false;
  const methods = doorway.routes.methodsOf(request.url);
  if (methods.length === 0 || !doorway.origins.isClient(origin)) return false;
  void reply
    .header('access-control-allow-methods', methods.join(', '))
    .header('access-control-allow-headers', REQUEST_HEADERS)
    .header('access-control-max-age', PREFLIGHT_MAX_AGE)
    .code(204)
    .send();
  return true;
}
