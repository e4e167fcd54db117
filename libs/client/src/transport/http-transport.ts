import {
  canonicalJson,
  concatBytes,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonValue,
} from '@enlace/kernel';

import { serverProblem } from '../server-problem.js';
import { AnswerMalformed, OriginMalformed, ServerUnreachable } from './client-error.js';

/** The longest that a client waits for one answer. In milliseconds. */
const ANSWER_LIMIT_MS = 60_000;
/** More of one answer is not read: a page of the directory measures about 2 MiB. In bytes. */
const ANSWER_LIMIT_BYTES = 8 * 1024 * 1024;
const OCTETS = 'application/octet-stream';

/** What a program sends before it has a token, where a browser would send Fetch Metadata. */
export const NO_SESSION_YET = { authorization: 'DPoP none' } as const;

export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, without query. Ids only, nothing secret. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** A body that is no text, in place of `body`. */
  readonly octets?: Uint8Array;
  /**
   * Headers that name what the act rests on: a purpose that was declared. No proof covers them; the server checks
   * them.
   */
  readonly headings?: Readonly<Record<string, string>>;
  /** How much of the answer is read, for what is known to be long; 8 MiB where it is not said. */
  readonly limitBytes?: number;
}

/** A request as it will travel, byte for byte: what a proof covers is what is sent. */
export interface WireRequest {
  readonly method: ClientRequest['method'];
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly rawQuery: string;
  /** Empty when there is none. */
  readonly bodyBytes: Uint8Array<ArrayBuffer>;
  readonly bodyType: 'application/json' | typeof OCTETS;
  readonly limitBytes?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** `null` for an answer without content; a text for `text/plain`, as checkpoints are served. */
  readonly body: JsonValue;
  /** What came as octets, as blobs are served; `null` for everything else, and `body` is `null` then. */
  readonly octets: Uint8Array | null;
}

export function wireRequest(request: ClientRequest): WireRequest {
  const { method, path, query = {}, body, octets, limitBytes } = request;
  const text = body === undefined ? new Uint8Array() : utf8(canonicalJson(body));
  return {
    method,
    path,
    rawQuery: new URLSearchParams(query).toString(),
    bodyBytes: octets === undefined ? text : Uint8Array.from(octets),
    bodyType: octets === undefined ? 'application/json' : OCTETS,
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}

/** The way a request takes; the `fetch` of the platform unless a client has a reason of its own. */
export type Fetch = (
  url: string,
  init: NonNullable<Parameters<typeof globalThis.fetch>[1]>,
) => Promise<Response>;

/**
 * Talks to one server. Never follows it elsewhere and believes no form that it has not checked. Throws
 * `client.unreachable` when no answer comes and `client.answer-malformed` for one that cannot be read; refusals of
 * the
 * server are answers, `refusalOf` makes them errors.
 */
export class HttpTransport {
  /** Scheme, host and port, as proofs and sign-ins name the server. */
  readonly origin: string;
  readonly #fetch: Fetch;

  constructor(address: string, way: Fetch = (url, init) => fetch(url, init)) {
    this.origin = originOf(address);
    this.#fetch = way;
  }

  async send(request: WireRequest, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const { method, path, rawQuery, bodyBytes, bodyType } = request;
    const { limitBytes = ANSWER_LIMIT_BYTES } = request;
    const url = `${this.origin}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`;
    const hasBody = bodyBytes.length > 0;
    try {
      const response = await this.#fetch(url, {
        method,
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
        headers: hasBody ? { ...headers, 'content-type': bodyType } : headers,
        ...(hasBody ? { body: bodyBytes } : {}),
      });
      const answered = await readBody(response, limitBytes);
      return { status: response.status, headers: response.headers, ...answered };
    } catch (cause) {
      if (cause instanceof AnswerMalformed) throw cause;
      throw new ServerUnreachable('the server gave no answer', { cause });
    }
  }
}

/** Returns the body of an answer that grants what was asked. Throws the refusal of the server as `ServerProblem`. */
export function grantedBody(answer: Answer): JsonValue {
  return granted(answer).body;
}

/** The same with everything that came. */
export function granted(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw serverProblem(answer.body);
}

// Attacker-controlled: length, form and content are the server's.
async function readBody(
  response: Response,
  limitBytes: number,
): Promise<Pick<Answer, 'body' | 'octets'>> {
  const bytes = await readAtMost(response, limitBytes);
  if (isOf(response, OCTETS)) return { body: null, octets: bytes };
  if (bytes.length === 0) return { body: null, octets: null };
  try {
    const text = parseUtf8(bytes);
    const body = isOf(response, 'text/plain') ? text : parseStrictJson(text);
    return { body, octets: null };
  } catch (cause) {
    // What stands before the server (a proxy) answers in its own words: a refusal of a kind we do not know.
    if (!response.ok) return { body: null, octets: null };
    throw new AnswerMalformed('json', { cause });
  }
}

function isOf({ ok, headers }: Response, type: string): boolean {
  return ok && headers.get('content-type')?.startsWith(type) === true;
}

async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    length += value.length;
    if (length > limit) {
      await reader?.cancel();
      throw new AnswerMalformed('size');
    }
    chunks.push(value);
  }
  return concatBytes(...chunks);
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Encrypted, or this machine: nothing else carries a token. */
function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url === null || !isSafe || (url.origin !== address && `${url.origin}/` !== address)) {
    throw new OriginMalformed('not an https origin, nor one of this machine');
  }
  return url.origin;
}
