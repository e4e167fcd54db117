import type { Duplex } from 'node:stream';

import { DELIVERY_LIMITS } from '@enlace/contracts';
import type { Socket } from 'socket.io';

/**
 * Sends one event to these sockets and to no others. It is encoded once, as one frame: encoding the same entry for each
 * of them costs more than everything else. The id of a socket is the only room that it is in, so that the list is what
 * is named, and a socket that is gone is nobody.
 */
export function pushFrame(sockets: readonly Socket[], event: string, payload: object): void {
  const [first] = sockets;
  if (first === undefined) return;
  if (sockets.length === 1) {
    first.emit(event, payload);
    return;
  }
  first.nsp.local.to(sockets.map(({ id }) => id)).emit(event, payload);
}

/** As far as the layers below a socket tell what waits there. */
interface Queue {
  readonly writeBuffer?: readonly { readonly data?: unknown }[];
  readonly transport?: { readonly socket?: { readonly bufferedAmount?: number } };
}

/** Bytes that were sent to a socket and have not left this process. */
export function queuedBytes({ conn }: Socket): number {
  const { writeBuffer = [], transport }: Queue = Object(conn);
  const inTransport = transport?.socket?.bufferedAmount ?? 0;
  // While the transport takes what it is given, nothing waits before it.
  if (writeBuffer.length === 0) return inTransport;
  return writeBuffer.reduce((sum, { data }) => sum + sizeOf(data), inTransport);
}

/** Text of frames is ASCII: JSON of ids, numbers and base64url. */
function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return data instanceof Uint8Array ? data.length : 0;
}

/** Ends the connection at once, with all that waits for it: an orderly farewell would wait behind it. */
export function cutOff(socket: Socket): void {
  socket.request.socket.destroy();
}

/**
 * Ends a connection whose session is over: what waits for it is not sent any more. One that waits for nothing hears the
 * reason, and is cut off if it does not go: it would stay for half a minute.
 */
export function endConnection(socket: Socket): void {
  if (queuedBytes(socket) > 0) {
    cutOff(socket);
    return;
  }
  socket.disconnect(true);
  cutOffLater(socket.request.socket);
}

/** Ends what does not go within the farewell. */
export function cutOffLater(connection: Duplex): void {
  const timer = setTimeout(() => connection.destroy(), DELIVERY_LIMITS.farewellMs);
  connection.once('close', () => clearTimeout(timer));
}
