import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came back for one request, before it is passed on. */
export interface Passing {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** Which device asks, once its token has come with a proof. */
  readonly device: string | null;
}

/**
 * A server that hands on what the real one answers, or whatever else it likes: to a client, the server that it knows by
 * this address. Requests reach the real one byte for byte.
 */
export class LyingServer {
  /** The text that is answered in place of the real one. */
  lie: (passing: Passing) => string = ({ text }) => text;
  /** The same for answers that are no text, as sealed files are. */
  lieInOctets: (passing: Omit<Passing, 'text' | 'device'> & { readonly octets: Buffer }) => Buffer =
    ({ octets }) => octets;
  /** The status that is answered in place of the real one. */
  status: (passing: Passing) => number = ({ status }) => status;
  /** Hears what every request brings: its address, its headers and its body. */
  hear: (sent: Buffer) => void = () => {};
  /** Requests that get no answer, and that the real server never sees. */
  refuse: (asked: Pick<Passing, 'method' | 'url'>) => boolean = () => false;
  /** An answer without a body that is given at once; the real server never sees what it answers. */
  answer: (asked: Pick<Passing, 'method' | 'url'>) => number | null = () => null;
  #real = '';
  #asked = 0;
  /** By the token that they come with. */
  readonly #devices = new Map<string, string>();
  readonly #server = createServer((asked, reply) => void this.#pass(asked, reply));

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens has such an address
    const { port } = this.#server.address() as AddressInfo;
    return `http://localhost:${port}`;
  }

  /** Where sockets come in. */
  get http(): Server {
    return this.#server;
  }

  standBefore(real: string): void {
    this.#real = real;
  }

  async stop(): Promise<void> {
    await new Promise((done) => this.#server.close(done));
  }

  #deviceOf({ authorization = '', dpop }: IncomingHttpHeaders): string | null {
    if (typeof dpop === 'string') this.#devices.set(authorization, deviceIn(dpop));
    return this.#devices.get(authorization) ?? null;
  }

  async #pass(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const sent = await bytesOf(asked);
    const { method = 'GET', url = '/', headers } = asked;
    this.hear(Buffer.concat([Buffer.from(`${url} ${JSON.stringify(headers)} `), sent]));
    if (this.refuse({ method, url })) {
      reply.destroy();
      return;
    }
    const answered = this.answer({ method, url });
    if (answered !== null) {
      reply.writeHead(answered, { connection: 'close' }).end();
      return;
    }
    const { 'accept-encoding': _, connection: __, ...handed } = headers;
    const real = await new Promise<IncomingMessage>((resolve, reject) => {
      // Each request comes from an address of its own: limits are another test's matter.
      this.#asked += 1;
      const from = `10.3.${(this.#asked >> 8) & 255}.${this.#asked & 255}`;
      const asking = { ...handed, 'x-forwarded-for': from };
      request(`${this.#real}${url}`, { method, headers: asking }, resolve)
        .once('error', reject)
        .end(sent);
    });
    const bytes = await bytesOf(real);
    const status = real.statusCode ?? 500;
    const { 'content-length': ___, 'transfer-encoding': ____, ...passed } = real.headers;
    const headed = { ...passed, connection: 'close' };
    if (passed['content-type'] === 'application/octet-stream') {
      reply.writeHead(status, headed);
      reply.end(this.lieInOctets({ method, url, status, octets: bytes }));
      return;
    }
    const text = bytes.toString();
    const passing = { method, url, status, text, device: this.#deviceOf(headers) };
    const told = this.lie(passing);
    reply.writeHead(this.status(passing), headed);
    // What is no text is handed on as it is.
    reply.end(status === 204 ? undefined : told === text ? bytes : told);
  }
}

/** What a proof says of the device that made it. */
function deviceIn(proof: string): string {
  const [, claims = ''] = proof.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).dev;
}

/** A lie: the log of the directory stands still, so that what was taken is shown to nobody. */
export function frozenDirectory(): LyingServer['lie'] {
  let frozen: string | null = null;
  return ({ url, status, text }) => {
    if (status !== 200) return text;
    if (url === '/directory/log/checkpoint') return (frozen ??= text);
    if (!url.startsWith('/directory/statements')) return text;
    const size = Number(frozen?.split('\n')[1]);
    const listed: readonly { readonly index: number }[] = JSON.parse(text);
    return JSON.stringify(listed.filter(({ index }) => index < size));
  };
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
