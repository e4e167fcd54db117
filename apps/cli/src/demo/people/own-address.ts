import { request, type RequestOptions } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import type { Fetch } from '@enlace/client';
import { RECEIPT_HEADER } from '@enlace/contracts';

import { isSystemError } from '../../files/system-error.js';

/** How long one answer may take, whatever was waited for before it. In milliseconds. */
const ANSWER_LIMIT_MS = 60_000;
/** How long somebody comes again who is told to wait. In milliseconds. */
const PATIENCE_MS = 600_000;

/**
 * A way to the server from an address of one's own in 127.0.0.0/8 (RFC 1122, section 3.2.1.3), so that people who sit
 * at machines of their own in life do so in the demo, and the limits of the server count them one by one. Where the
 * system has one such address only, everybody shares it. Whoever is told to wait, waits, and a busy machine has a
 * minute for each answer: nobody sits before it who could ask again.
 */
export function wayFrom(machine: number): Fetch {
  const localAddress = `127.0.${1 + Math.floor(machine / 250)}.${1 + (machine % 250)}`;
  return async (url, init) => {
    const target = new URL(url);
    const patience = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const answer = await send(target, init, { localAddress, family: 4 }).catch(
        async (error: unknown) => {
          if (!isSystemError(error, 'EADDRNOTAVAIL')) throw error;
          return send(target, init, {});
        },
      );
      // Both say that nothing was done: the same bytes may go out again. A refusal with a receipt is on record, and has
      // used up the number in the bytes: whoever asked proves it anew.
      const isRecorded = answer.headers.has(RECEIPT_HEADER);
      const isLater = !isRecorded && (answer.status === 429 || answer.status === 503);
      const waitSeconds = Number(answer.headers.get('retry-after') ?? 0);
      if (!isLater || !(waitSeconds > 0) || patience.aborted) return answer;
      await pause(waitSeconds * 1_000);
    }
  };
}

function send(url: URL, { method, headers, body }: Parameters<Fetch>[1], from: RequestOptions) {
  return new Promise<Response>((resolve, reject) => {
    const options: RequestOptions = {
      ...from,
      method: method ?? 'GET',
      headers: Object.fromEntries(new Headers(headers)),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    };
    const sent = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode: status = 502, headers: named } = answer;
        const pairs = Object.entries(named).map(([name, value]) => [name, String(value)] as const);
        const bytes = Buffer.concat(chunks);
        const content = bytes.length === 0 ? null : bytes;
        resolve(new Response(content, { status, headers: new Headers(Object.fromEntries(pairs)) }));
      });
    });
    sent.on('error', reject);
    sent.end(body instanceof Uint8Array ? body : undefined);
  });
}
