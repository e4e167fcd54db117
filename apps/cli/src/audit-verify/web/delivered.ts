import { utf8 } from '@enlace/kernel';
import { CliError } from '../../command-line/cli-error.js';

/** No file of the client is larger: the worker is below a megabyte. In bytes. */
const FILE_LIMIT_BYTES = 8 * 1024 * 1024;
const ANSWER_MS = 60_000;

/** What a server delivers at a path. */
export interface Delivered {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export type Deliver = (path: string) => Promise<Delivered>;

/**
 * Asks a server for its files, as a browser without a session would: no cookie, no credentials. Throws
 * `server.unreachable`, `server.answered` for a file beyond every limit, `usage.bad-value` for what is no address.
 */
export function deliveredBy(address: string): Deliver {
  const origin = originOf(address);
  return async (path) => {
    const response = await ask(`${origin}${path}`);
    return {
      status: response.status,
      headers: response.headers,
      bytes: await readAtMost(response),
    };
  };
}

/** Over TLS, or from this machine: what another one answers in the clear, anybody on the way may have written. */
function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  const isSound = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url !== null && isSound && url.pathname === '/') return url.origin;
  throw new CliError('usage.bad-value', { option: 'URL', value: address, expected: 'https://…' });
}

async function ask(url: string): Promise<Response> {
  try {
    // oxlint-disable-next-line no-restricted-globals -- what verifies a server shares no transport with clients
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (cause) {
    throw new CliError('server.unreachable', {}, { cause });
  }
}

// Attacker-controlled: a server that is checked may answer anything, of any length.
async function readAtMost(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [utf8('')];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > FILE_LIMIT_BYTES) throw new CliError('server.answered', { problem: 'size' });
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('server.unreachable', {}, { cause });
  }
  return Buffer.concat(chunks);
}
