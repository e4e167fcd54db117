import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';

import { IoAdapter } from '@nestjs/platform-socket.io';
import { Server, type Socket } from 'socket.io';

import { assertSocketOrigin } from '../access/origin-check.js';
import type { Origins } from '../access/origins.js';
import { refuseConnection } from '../http/raw-answer.js';
import type { Lifecycle } from '../lifecycle.js';
import { guardEvents } from './event-guard.js';
import type { Handshakes } from './handshakes.js';
import { cutOffLater, endConnection } from './push-frame.js';
import type { SessionSockets } from './session-sockets.js';
import { SOCKET_SETTINGS } from './socket-settings.js';

/** What the socket server needs of the rest; `events` are the names that gateways handle. */
export interface SocketDoorway {
  readonly http: HttpServer;
  readonly headers: Readonly<Record<string, string>>;
  readonly origins: Origins;
  readonly handshakes: Handshakes;
  readonly lifecycle: Lifecycle;
  readonly sockets: SessionSockets;
  readonly events: ReadonlySet<string>;
}

/** Opens the one socket.io server of the node, on the HTTP server. */
export class SocketAdapter extends IoAdapter {
  private io: Server | null = null;
  /** Of every client, also of one that was not let in yet. */
  private readonly connections = new Set<Duplex>();

  constructor(private readonly doorway: SocketDoorway) {
    super(doorway.http);
  }

  override createIOServer(_port: number): Server {
    const io = new Server({
      ...SOCKET_SETTINGS,
      transports: [...SOCKET_SETTINGS.transports],
      allowRequest: (request, decide) => this.allow(request, () => decide(null, true)),
    });
    attachToUpgrades(io, this.doorway.http);
    this.doorway.http.on('upgrade', (_request, connection) => {
      this.connections.add(connection);
      connection.once('close', () => this.connections.delete(connection));
    });
    io.use((socket, next) => void this.doorway.handshakes.decide(socket, next));
    io.on('connection', (socket) => {
      guardEvents(socket, this.doorway);
      this.doorway.sockets.greet(socket);
    });
    this.io = io;
    return io;
  }

  /** Sockets that were let in. */
  sockets(): readonly Socket[] {
    return this.io ? [...this.io.of('/').sockets.values()] : [];
  }

  /** Ends the sockets and leaves the HTTP server to the one who owns it. */
  override async close(io: Server): Promise<void> {
    for (const connection of this.connections) cutOffLater(connection);
    for (const socket of this.sockets()) endConnection(socket);
    io.engine.close();
    return Promise.resolve();
  }

  /** A stranger is answered like any refused request, on a connection that ends with it. */
  private allow(request: IncomingMessage, allowed: () => void): void {
    try {
      assertSocketOrigin(request.headers, this.doorway.origins);
    } catch (refusal) {
      refuseConnection(request.socket, refusal, this.doorway.headers);
      return;
    }
    allowed();
  }
}

/**
 * socket.io puts itself before every plain request to its path, for the transport that is off. The listeners that were
 * there stay the only ones, so that those requests are answered by the door like all others.
 */
function attachToUpgrades(io: Server, http: HttpServer): void {
  const listeners = http.listeners('request');
  io.attach(http);
  http.removeAllListeners('request');
  for (const listener of listeners) {
    http.on('request', (request, response) => {
      Reflect.apply(listener, http, [request, response]);
    });
  }
}
