import type { X509Certificate } from 'node:crypto';
import { systemRandom } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { sendBytes } from '../log/log-reader.js';
import { formatRequest, openTimeStamp, type TimeStamp } from './open-token.js';

const NONCE_BYTES = 16;

/** An authority, and the certificates that answer for it. */
export interface Authority {
  readonly url: string;
  readonly authorities: readonly X509Certificate[];
}

/**
 * Asks an authority for the time of a file, and checks what it answers before anybody keeps it. Plain HTTP will do:
 * the request is a hash and a number, and the answer is signed. Throws `timestamp.refused`, `server.unreachable`.
 */
export async function askAuthority(
  { url, authorities }: Authority,
  file: Uint8Array,
): Promise<{ readonly answer: Uint8Array; readonly stamp: TimeStamp }> {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new CliError('usage.bad-value', { option: '--tsa', value: url, expected: 'https://…' });
  }
  const nonce = systemRandom.bytes(NONCE_BYTES);
  // Positive, and in its shortest form: the number comes back as it went.
  nonce[0] = (Number(nonce[0]) % 127) + 1;
  const answer = await sendBytes(
    parsed.href,
    'application/timestamp-query',
    formatRequest(file, nonce),
  );
  return { answer, stamp: openTimeStamp(answer, { file, nonce, authorities }) };
}
