import { PROVE_EVENT } from '@enlace/contracts';
import { ConnectedSocket, SubscribeMessage } from '@nestjs/websockets';
import type { Socket } from 'socket.io';

import { GoesOnInRecovery } from '../platform/backlog/shedding.js';
import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { SessionSockets } from '../platform/realtime/session-sockets.js';
import { SocketDoor } from '../platform/realtime/socket-door.js';
import { SocketEndings } from './socket-endings.service.js';
import { SocketSessions } from './socket-sessions.service.js';

@SocketDoor()
export class SessionsGateway {
  constructor(
    private readonly sessions: SocketSessions,
    private readonly sockets: SessionSockets,
    private readonly endings: SocketEndings,
  ) {}

  /** The first event of a socket: until it is answered nothing else is handled and nothing is delivered. */
  @SubscribeMessage(PROVE_EVENT)
  @GoesOnInRecovery()
  @Access('session.list')
  @Audited('session.connected')
  async prove(@CurrentAct() act: ActContext, @ConnectedSocket() socket: Socket): Promise<void> {
    const { session, socketRef, eventId } = await this.sessions.connect(act);
    await this.sockets.prove(socket, session, (cause) =>
      this.endings.note({ act, session, socketRef, connectedBy: eventId, cause }),
    );
  }
}
