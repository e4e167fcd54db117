import type { SocketAnswer } from '@enlace/contracts';
import { io, type Socket } from 'socket.io-client';

import { bodyHash, type TestDevice } from './test-device.js';

interface Dialled {
  readonly socket: Socket;
  /** The first nonce, or the code of the refusal. */
  readonly heard: string;
}

/** Real socket clients of one server; `end` closes those that a test has opened. */
export class SocketClients {
  readonly #open: Socket[] = [];

  constructor(private readonly api: { readonly url: string }) {}

  end(): void {
    for (const socket of this.#open.splice(0)) socket.disconnect();
  }

  async ticketOf(device: TestDevice): Promise<string> {
    const request = {
      method: 'POST',
      path: '/sessions/socket-tickets',
      withoutProof: true,
    } as const;
    const answer = await device.send(request);
    if (answer.status !== 201) throw new Error(`no ticket: ${answer.text}`);
    return answer.body.ticket;
  }

  async dial(
    auth: object,
    extraHeaders: Readonly<Record<string, string>> = {},
    query: Readonly<Record<string, string>> = {},
  ): Promise<Dialled> {
    const socket = io(this.api.url, {
      path: '/socket',
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth,
      extraHeaders,
      query,
    });
    this.#open.push(socket);
    const heard = await new Promise<string>((resolve) => {
      socket.once('session.nonce', ({ nonce }) => resolve(nonce));
      socket.once('connect_error', (error: Error & { data?: { code: string } }) => {
        resolve(error.data?.code ?? error.message);
      });
    });
    return { socket, heard };
  }

  /** A socket that has proved its session. */
  async connect(device: TestDevice): Promise<Socket> {
    const { socket, heard } = await this.dial({ ticket: await this.ticketOf(device) });
    device.nonce = heard;
    const answer = await this.prove(device, socket);
    if (!answer.ok) throw new Error(`not proven: ${answer.problem.code}`);
    return socket;
  }

  async prove(
    device: TestDevice,
    socket: Socket,
    claims: Readonly<Record<string, unknown>> = {},
  ): Promise<SocketAnswer<unknown>> {
    const target = { htm: 'SOCKET', htu: `${this.api.url}/socket`, bh: bodyHash('', '{}') };
    const proof = await device.prove(target, claims);
    const answer: SocketAnswer<unknown> = await socket
      .timeout(5_000)
      .emitWithAck('session.prove', proof, '{}');
    device.nonce = answer.nonce ?? device.nonce;
    return answer;
  }
}
