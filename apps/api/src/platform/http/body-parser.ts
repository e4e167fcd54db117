import { parseStrictJson, parseUtf8 } from '@enlace/kernel';
import type { FastifyInstance } from 'fastify';

/**
 * The one parser of request bodies: strict JSON in valid UTF-8. Every other content type is refused with 415, forms
 * included, so that no form of a foreign page is ever understood.
 */
export function useStrictJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseStrictJson(parseUtf8(body)),
  );
}
