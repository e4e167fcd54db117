// Asks the server in this container whether it is ready; exit 0 when it is, 1 when it is not or does not answer.
// The image has no curl, and needs none.
import { get } from 'node:http';

const WITHIN_MS = 3_000;
const where = { host: '127.0.0.1', port: process.env.PORT ?? '3000', path: '/health/ready' };

process.exitCode = 1;
const request = get({ ...where, signal: AbortSignal.timeout(WITHIN_MS) }, (answer) => {
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
  answer.resume();
});
request.on('error', () => {
  process.exitCode = 1;
});
