import type { Server as HttpServer } from 'node:http';

import { ROUTES } from '@enlace/contracts';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

/** Something that reaches a client as if the server had said it. */
export interface Said {
  readonly event: string;
  readonly told: unknown;
}

/**
 * The sockets of a lying server: what a client says reaches the real one word for word, what comes back is whatever the
 * liar likes.
 */
export class LyingSockets {
  /** What is said in place of what the real server said. */
  lie: (said: Said) => readonly Said[] = (said) => [said];
  /** Lets nobody in. */
  isShut = false;
  readonly #server: Server;

  constructor(http: HttpServer, real: string) {
    this.#server = new Server(http, {
      path: ROUTES.socket,
      transports: ['websocket'],
      serveClient: false,
    });
    this.#server.use((_, next) => next(this.isShut ? new Error('shut') : undefined));
    this.#server.on('connection', (client) => {
      const behind = io(real, {
        path: ROUTES.socket,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        auth: client.handshake.auth,
      });
      behind.onAny((event: string, told: unknown) => {
        for (const said of this.lie({ event, told })) client.emit(said.event, said.told);
      });
      behind.once('disconnect', () => client.disconnect(true));
      behind.once('connect_error', () => client.disconnect(true));
      client.onAny((event: string, ...said: readonly unknown[]) => behind.emit(event, ...said));
      client.once('disconnect', () => behind.disconnect());
    });
  }

  /** Ends all lines. */
  cut(): void {
    this.#server.disconnectSockets(true);
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }
}
