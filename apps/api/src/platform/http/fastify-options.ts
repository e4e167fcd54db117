import type { Socket } from 'node:net';

import { SIZE_LIMITS, TIME_LIMITS } from '@enlace/contracts';
import { newId, systemClock, systemRandom } from '@enlace/kernel';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';

import type { ServerConfig } from '../config/config.js';
import { toProblem } from '../problem/problem-details.js';
import { sendProblem } from '../problem/problem.filter.js';
import { Refusal } from '../problem/refusal.js';
import { refuseConnection } from './raw-answer.js';
import { securityHeaders } from './security-headers.js';

/** How often Node looks for requests that take too long; its own 30 s would make a limit of 5 s one of 35. */
const TIMEOUT_CHECK_INTERVAL_MS = 1_000;
/** An idle connection that is kept longer than this only fills the table of sockets. */
const KEEP_ALIVE_MS = 10_000;
/** Characters of one path parameter: ids have 36, problem codes at most 64. */
const PATH_PARAMETER_CHARACTERS = 128;

export function fastifyOptions(
  config: ServerConfig,
  requestMs: number = TIME_LIMITS.requestMs,
): FastifyServerOptions {
  const headers = securityHeaders(config);
  return {
    logger: false,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    bodyLimit: SIZE_LIMITS.jsonBodyBytes,
    requestTimeout: requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestIdHeader: false,
    genReqId: () => newId(systemClock, systemRandom),
    routerOptions: { maxParamLength: PATH_PARAMETER_CHARACTERS },
    http: {
      maxHeaderSize: SIZE_LIMITS.headerBytes,
      headersTimeout: Math.min(TIME_LIMITS.headerMs, requestMs),
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      // RFC 9112, section 6.3: a request with two framings is refused, never guessed.
      insecureHTTPParser: false,
    },
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers(headers);
      sendProblem(reply, toProblem(error, request.id));
    },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
      refuseUnparsed(error, socket, headers);
    },
  } as FastifyServerOptions;
}

/** Node's parser refused what came before there was a request; nothing more is read from the connection. */
function refuseUnparsed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
): void {
  // A browser opens connections ahead, and takes what is said on an unused one for the answer to its next request.
  const isUnused = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
  if (error.code === 'ECONNRESET' || isUnused || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  refuseConnection(socket, new Refusal(tooLarge ? 'body.too-large' : 'body.malformed'), headers);
}
