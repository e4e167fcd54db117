import type { Socket } from 'node:net';

import { PROBLEM_MEDIA_TYPE, SIZE_LIMITS, TIME_LIMITS, type ProblemCode } from '@enlace/contracts';
import { newId, systemClock, systemRandom } from '@enlace/kernel';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';

import type { ServerConfig } from '../config/config.js';
import { toProblem } from '../problem/problem-details.js';
import { sendProblem } from '../problem/problem.filter.js';
import { Refusal } from '../problem/refusal.js';
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
      refuseConnection(error, socket, headers);
    },
  } as FastifyServerOptions;
}

/** What Node's parser refuses before there is a request. Anything else on the connection is not read. */
const CODE_OF_PARSER_ERROR: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'body.too-large',
};

function refuseConnection(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: Readonly<Record<string, string>>,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = CODE_OF_PARSER_ERROR[error.code ?? ''] === 'body.too-large';
  const refusal = new Refusal(tooLarge ? 'body.too-large' : 'body.malformed');
  socket.end(rawAnswer(refusal, headers));
}

/** An HTTP/1.1 answer for a connection that is closed with it (RFC 9112, section 9.6). */
export function rawAnswer(refusal: Refusal, headers: Readonly<Record<string, string>>): string {
  const problem = toProblem(refusal, newId(systemClock, systemRandom));
  const body = JSON.stringify(problem);
  const fields = {
    ...headers,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} Refused`, ...lines, '', body].join('\r\n');
}
