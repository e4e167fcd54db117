import { ATTACHMENT_LIMITS, ROUTES, THREAD_LIMITS, VAULT_LIMITS } from '@enlace/contracts';
import { parseStrictJson, parseUtf8 } from '@enlace/kernel';
import { NOTE_LIMITS } from '@enlace/tlog';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';

import { Refusal } from '../problem/refusal.js';
import { keepRawBody } from './raw-body.js';

/** Routes that take a signed note (C2SP signed-note) instead of JSON. */
const NOTE_ROUTES: ReadonlySet<string | undefined> = new Set([
  ROUTES.auditLogCosignatures,
  ROUTES.directoryLogCosignatures,
]);

/** Routes whose bodies may be larger than those of all others. In bytes. */
const BODY_LIMITS: ReadonlyMap<string, number> = new Map<string, number>([
  [ROUTES.vault, VAULT_LIMITS.writeBytes],
  [ROUTES.threadBlob, THREAD_LIMITS.blob],
  [ROUTES.attachmentContent, ATTACHMENT_LIMITS.partBytes],
]);

/** Routes that take bytes as they are, which nobody but members can read. */
const OCTET_ROUTES: ReadonlySet<string | undefined> = new Set([
  ROUTES.attachmentContent,
  ROUTES.threadBlob,
]);

/**
 * The one parser of request bodies: strict JSON in valid UTF-8. Every other content type is refused with 415, forms
 * included, so that no form of a foreign page is ever understood; a note is text, and read as such on its own
 * routes alone, and so are octets. A body that cannot be read is refused by the guard
 * that stands before every handler, once it knows who sent it.
 */
export function useStrictJson(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const limit = BODY_LIMITS.get(route.url);
    if (limit !== undefined) route.bodyLimit = limit;
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      try {
        const body = parseStrictJson(parseUtf8(bytes));
        keepRawBody(request, { bytes, refusal: null });
        return body;
      } catch (cause) {
        keepRawBody(request, { bytes, refusal: new Refusal('body.malformed', { cause }) });
        return null;
      }
    },
  );
  fastify.addContentTypeParser<Buffer>(
    'application/octet-stream',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      if (!OCTET_ROUTES.has(request.routeOptions.url)) {
        throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('application/octet-stream');
      }
      keepRawBody(request, { bytes, refusal: null });
      return null;
    },
  );
  fastify.addContentTypeParser<Buffer>(
    'text/plain',
    { parseAs: 'buffer', bodyLimit: NOTE_LIMITS.bytes },
    async (request: FastifyRequest, bytes: Buffer) => {
      if (!NOTE_ROUTES.has(request.routeOptions.url)) {
        throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('text/plain');
      }
      keepRawBody(request, { bytes, refusal: null });
      return null;
    },
  );
}
