import { setTimeout as pause } from 'node:timers/promises';
import { canonicalJson, utf8, type JsonValue } from '@enlace/kernel';
import { tilePath, type HashTile, type LogSource } from '@enlace/tlog';
import { CliError } from '../command-line/cli-error.js';

/** The longest that one part may take, and the largest one: a bundle of 256 leaves has 15 kB. */
const ANSWER_MS = 60_000;
const ANSWER_LIMIT_BYTES = 512 * 1024;
/** A server that says "later" so often does not serve. */
const RETRIES = 10;
const LONGEST_WAIT_S = 60;

/** How a reader shows who it is: the token of a witness, or of a session; and the ticket for entries. */
export type Headings = Readonly<Record<string, string>>;

/** What a server answered for one part; null when it has no such part. */
export type PartReader = (path: string) => Promise<Uint8Array | null>;

/**
 * Reads parts of logs over HTTP, waiting where the server asks for it. `headings` is asked anew each time. Throws
 * `server.unreachable`, `server.answered`.
 */
export function partReader(
  address: string,
  headings: () => Headings,
  limitBytes = ANSWER_LIMIT_BYTES,
): PartReader {
  const origin = originOf(address);
  return async (path) => {
    for (let retries = 0; ; retries += 1) {
      const response = await ask(`${origin}${path}`, { headers: headings() });
      if (response.ok) return readAtMost(response, limitBytes);
      await response.body?.cancel();
      if (response.status === 404) return null;
      const waitS = Number(response.headers.get('retry-after') ?? 'NaN');
      const isLater = [429, 503].includes(response.status) && waitS <= LONGEST_WAIT_S;
      if (!isLater || retries === RETRIES) throw refused(response.status);
      await pause(waitS * 1_000);
    }
  };
}

/** Sends a note below a log. Returns the status: what it means is the caller's matter. */
export async function sendNote(url: string, note: Uint8Array): Promise<number> {
  const response = await ask(url, {
    method: 'POST',
    headers: { authorization: 'DPoP none', 'content-type': 'text/plain; charset=utf-8' },
    body: Uint8Array.from(note),
  });
  await response.body?.cancel();
  return response.status;
}

/** Sends bytes to whoever is no server of ours, and returns those of the answer. Throws `server.answered`. */
export async function sendBytes(url: string, type: string, body: Uint8Array): Promise<Uint8Array> {
  const headers = { 'content-type': type };
  const response = await ask(url, { method: 'POST', headers, body: Uint8Array.from(body) });
  const bytes = await readAtMost(response, ANSWER_LIMIT_BYTES);
  if (!response.ok) throw refused(response.status);
  return bytes;
}

/** Where the log of this origin lies below a server. */
export function prefixOf(origin: string): string {
  const year = origin.split('/')[1];
  return year === undefined ? '/directory/log' : `/audit/log/${year}`;
}

/** Sends JSON, and returns the text of the answer. Throws `server.answered` for a refusal. */
export async function sendJson(url: string, headings: Headings, body: JsonValue): Promise<string> {
  const response = await ask(url, {
    method: 'POST',
    headers: { ...headings, 'content-type': 'application/json' },
    body: canonicalJson(body),
  });
  const bytes = await readAtMost(response, ANSWER_LIMIT_BYTES);
  if (!response.ok) throw refused(response.status);
  return Buffer.from(bytes).toString();
}

/** The tiles and entries below a prefix. A part that the server does not have is reported as missing. */
export class ServedLog implements LogSource {
  constructor(
    private readonly read: PartReader,
    /** `/audit/log/2026`. */
    readonly prefix: string,
  ) {}

  async readTile({ level, index, width }: HashTile): Promise<Uint8Array> {
    return this.#part({ kind: 'hashes', level, index, width });
  }

  async readBundle({ index, width }: { index: number; width: number }): Promise<Uint8Array> {
    return this.#part({ kind: 'entries', index, width });
  }

  /** A checkpoint, or null. */
  async checkpoint(which = ''): Promise<Uint8Array | null> {
    return this.read(`${this.prefix}/checkpoint${which === '' ? '' : `/${which}`}`);
  }

  async #part(address: Parameters<typeof tilePath>[0]): Promise<Uint8Array> {
    const bytes = await this.read(`${this.prefix}/${tilePath(address)}`);
    if (bytes !== null) return bytes;
    throw new PartMissing(address);
  }
}

/** The server does not have a part of a tree that it signed. */
export class PartMissing extends Error {
  constructor(readonly address: Parameters<typeof tilePath>[0]) {
    super(`${tilePath(address)} is missing`);
  }
}

/** Encrypted, or this machine: nothing else carries a token. Throws `usage.bad-value`. */
function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url.origin;
  throw new CliError('usage.bad-value', { option: '--url', value: address, expected: 'https://…' });
}

async function ask(url: string, request: RequestInit): Promise<Response> {
  try {
    // oxlint-disable-next-line no-restricted-globals -- what verifies a server shares no transport with clients
    return await fetch(url, {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch (cause) {
    throw new CliError('server.unreachable', {}, { cause });
  }
}

// Attacker-controlled: a server that is checked may answer anything, of any length.
async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [utf8('')];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > limit) throw new CliError('server.answered', { problem: 'size' });
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('server.unreachable', {}, { cause });
  }
  return Buffer.concat(chunks);
}

function refused(status: number): CliError {
  return new CliError('server.answered', { problem: String(status) });
}
