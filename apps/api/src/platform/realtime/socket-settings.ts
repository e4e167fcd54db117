import { ROUTES, SIZE_LIMITS, TIME_LIMITS } from '@enlace/contracts';
import type { ServerOptions } from 'socket.io';

/** A peer that answers no ping is gone after both together. */
const PING_INTERVAL_MS = 20_000;
const PING_TIMEOUT_MS = 10_000;

/**
 * Websocket alone: polling would need sticky nodes, compression would leak lengths of what is sealed, and recovery of a
 * connection would skip the handshake. Whether an origin may connect is decided by `allowRequest`; the `cors` option
 * does not protect websockets.
 */
export const SOCKET_SETTINGS = {
  path: ROUTES.socket,
  transports: ['websocket'],
  allowUpgrades: false,
  maxHttpBufferSize: SIZE_LIMITS.socketFrameBytes,
  perMessageDeflate: false,
  httpCompression: false,
  allowEIO3: false,
  serveClient: false,
  pingInterval: PING_INTERVAL_MS,
  pingTimeout: PING_TIMEOUT_MS,
  connectTimeout: TIME_LIMITS.socketConnectMs,
} as const satisfies { [Name in keyof ServerOptions]?: unknown };
