import { parseStrictJson, parseUtf8 } from '@enlace/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Refusal } from '../problem/refusal.js';
import { keepRawBody } from './raw-body.js';

/**
 * The one parser of request bodies: strict JSON in valid UTF-8. Every other content type is refused with 415, forms
 * included, so that no form of a foreign page is ever understood. A body that cannot be read is refused by the guard
 * that stands before every handler, once it knows who sent it.
 */
export function useStrictJson(fastify: FastifyInstance): void {
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
}
