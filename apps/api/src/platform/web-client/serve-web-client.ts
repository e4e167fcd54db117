import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { Refusal } from '../problem/refusal.js';
import type { ReleaseGate } from './release-gate.js';
import type { Coding, StaticFile } from './static-files.js';
import type { WebClient } from './web-client.js';

/** A name under `/assets/` carries a hash of its content, so it never changes. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Kept, and asked about each time: a release is seen at once. */
const REVALIDATED = 'no-cache';

/** A client, and whether it may be served at this moment. */
export interface ServedClient {
  readonly client: WebClient;
  readonly gate: ReleaseGate;
}

/**
 * Answers for the files of the client, before any other hook: no cookie is read or set, no route of the API is shadowed
 * except by a path that the manifest names, and every other path goes on to the API. Nothing is served before the gate
 * is open.
 */
export function serveWebClient(fastify: FastifyInstance, { client, gate }: ServedClient): void {
  fastify.addHook('onRequest', async (request, reply) => {
    // Attacker-controlled: the target only selects among the names of the manifest, it never reaches the file system.
    const path = request.url.split('?', 1)[0] ?? '';
    const file = client.files.get(path) ?? gate.files.get(path);
    if (!file || (client.hosts !== null && !client.hosts.has(request.host))) return;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Refusal('method.not-allowed', { facts: { allow: 'GET, HEAD' } });
    }
    if (!gate.isOpen) throw new Refusal('release.none');
    void reply.headers(client.headers);
    void reply.header('cache-control', path.startsWith('/assets/') ? IMMUTABLE : REVALIDATED);
    return sendFile(request, reply, file);
  });
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const coding = chooseCoding(request.headers['accept-encoding'] ?? '', file);
  const body = file.bodies.get(coding) ?? Buffer.alloc(0);
  const etag = coding === 'identity' ? `"${file.sha256}"` : `"${file.sha256}-${coding}"`;
  void reply.headers({ etag, vary: 'accept-encoding' });
  if (matchesEntityTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (coding !== 'identity') void reply.header('content-encoding', coding);
  void reply.type(file.contentType).header('content-length', body.length);
  return reply.send(request.method === 'HEAD' ? undefined : body);
}

/** The first coding that the client names without refusing it (RFC 9110, section 12.5.3). */
function chooseCoding(accepted: string, file: StaticFile): Coding {
  const codings = accepted
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((token) => token.trim()))
    .filter(([, quality]) => quality === undefined || !/^q=0(?:\.0*)?$/.test(quality))
    .map(([coding]) => coding);
  for (const coding of ['br', 'gzip'] as const) {
    if (codings.includes(coding) && file.bodies.has(coding)) return coding;
  }
  return 'identity';
}

/** Weak comparison (RFC 9110, section 13.1.2). */
function matchesEntityTag(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  const tags = condition.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
