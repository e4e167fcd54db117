import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Witness } from './witness.js';

/** A checkpoint with 64 signatures of 5 kB and a proof; more is never read. In bytes. */
const REQUEST_LIMIT_BYTES = 384 * 1024;
/** The longest that a request may take to arrive. In milliseconds. */
const REQUEST_LIMIT_MS = 30_000;

const CHECKPOINT_PATH = /^\/(?<hash>[0-9a-f]{64})\/checkpoint$/;

export interface ListeningWitness {
  readonly url: string;
  /** Ends after the requests under way. The witness itself stays open. */
  close(): Promise<void>;
}

/** C2SP tlog-witness over HTTP, and the checkpoint that is held of each log. Port 0 takes a free one. */
export async function listen(
  witness: Witness,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ListeningWitness> {
  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS }, (request, response) => {
    respond(witness, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}

async function respond(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  if (request.method === 'POST' && path === '/add-checkpoint') {
    const body = await readAtMost(request, REQUEST_LIMIT_BYTES);
    if (body === null) return send(response, { status: 413 });
    return send(response, await witness.answerFolded(body));
  }
  const { hash } = CHECKPOINT_PATH.exec(path)?.groups ?? {};
  const note = request.method === 'GET' && hash !== undefined ? witness.findNote(hash) : null;
  return send(response, note === null ? { status: 404 } : { status: 200, body: note });
}

function send(
  response: ServerResponse,
  answer: { readonly status: number; readonly body?: string | Uint8Array; contentType?: string },
): void {
  const { status, body = '', contentType = 'text/plain; charset=utf-8' } = answer;
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}

// Attacker-controlled: anybody may send anything of any length.
async function readAtMost(request: IncomingMessage, limit: number): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a listening server');
  return address.port;
}
