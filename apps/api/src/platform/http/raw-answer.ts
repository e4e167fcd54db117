import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { PROBLEM_MEDIA_TYPE } from '@enlace/contracts';
import { newId, systemClock, systemRandom } from '@enlace/kernel';

import { toProblem } from '../problem/problem-details.js';

/** Time in which a peer can read its refusal; one that only writes is then cut off, and its bytes are never read. */
const LINGER_MS = 500;

/** Refuses a connection that no request came through, and closes it (RFC 9112, section 9.6). */
export function refuseConnection(
  socket: Duplex,
  error: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  socket.on('error', () => socket.destroy());
  socket.end(rawAnswer(error, headers));
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function rawAnswer(error: unknown, headers: Readonly<Record<string, string>>): string {
  const problem = toProblem(error, newId(systemClock, systemRandom));
  const body = JSON.stringify(problem);
  const fields = {
    ...headers,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const reason = STATUS_CODES[problem.status] ?? '';
  return [`HTTP/1.1 ${problem.status} ${reason}`, ...lines, '', body].join('\r\n');
}
