import { CLIENT_EVENTS, type EntriesAppended } from '@enlace/contracts';
import {
  BeaconRequest,
  EntriesReceivedEvent,
  SendEntriesEvent,
  SignalEvent,
} from '@enlace/contracts/dto';
import { ConnectedSocket, SubscribeMessage } from '@nestjs/websockets';
import type { Socket } from 'socket.io';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited, NotAudited } from '../platform/access/declarations.js';
import { ShedFrom } from '../platform/backlog/shedding.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { SessionSockets } from '../platform/realtime/session-sockets.js';
import { SocketBody, SocketDoor } from '../platform/realtime/socket-door.js';
import { Appends } from '../threads/appends.service.js';
import { Beacons } from '../threads/reading/beacons.service.js';
import { ReceivedEntries } from './received-entries.service.js';
import { Relay } from './relay.service.js';

/** What clients say over a socket once they have proved their session. */
@SocketDoor()
export class DeliveryGateway {
  constructor(
    private readonly appends: Appends,
    private readonly beacons: Beacons,
    private readonly entries: ReceivedEntries,
    private readonly relay: Relay,
    private readonly sockets: SessionSockets,
  ) {}

  @SubscribeMessage(CLIENT_EVENTS.append)
  @Limited('appends')
  @Access('entry.append')
  @Audited('entry.appended')
  @ShedFrom('unavailable')
  async append(
    @CurrentAct() act: ActContext,
    @SocketBody() { threadId, items }: SendEntriesEvent,
  ): Promise<EntriesAppended> {
    return this.appends.append(act, threadId, { items });
  }

  @SubscribeMessage(CLIENT_EVENTS.received)
  @Access('entry.fetch')
  @NotAudited('liveness: how far a device has got; what of it was pushed is recorded in batches')
  received(
    @CurrentAct() act: ActContext,
    @ConnectedSocket() socket: Socket,
    @SocketBody() { cursors }: EntriesReceivedEvent,
  ): void {
    this.entries.report(this.sockets.getProven(socket), act, cursors);
  }

  @SubscribeMessage(CLIENT_EVENTS.beacon)
  @Access('thread.beacon')
  @NotAudited('liveness: how far a device has read, in its own signed words')
  @ShedFrom('unavailable')
  async beacon(
    @CurrentAct() act: ActContext,
    @SocketBody() { beacon }: BeaconRequest,
  ): Promise<void> {
    await this.beacons.keep(act, beacon);
  }

  @SubscribeMessage(CLIENT_EVENTS.signal)
  @Access('thread.signal')
  @NotAudited('liveness: a sealed sign of life that is passed on and never stored')
  @ShedFrom('unavailable')
  async signal(
    @CurrentAct() act: ActContext,
    @ConnectedSocket() socket: Socket,
    @SocketBody() signal: SignalEvent,
  ): Promise<void> {
    await this.relay.signal(this.sockets.getProven(socket), act, signal);
  }
}
