import { STATUS_CODES } from 'node:http';

import { PROBLEM_MEDIA_TYPE } from '@enlace/contracts';
import { newId, systemClock, systemRandom } from '@enlace/kernel';

import { toProblem } from '../problem/problem-details.js';

/** An HTTP/1.1 answer for a connection that no request came through, and that is closed with it (RFC 9112, section 9.6). */
export function rawAnswer(error: unknown, headers: Readonly<Record<string, string>>): string {
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
