import { SocketDoor } from './socket-door.js';

/** Opens the socket door of the node; the events are those of the features' gateways. */
@SocketDoor()
export class RealtimeGateway {}
