import { ServerUnreachable } from '../transport/client-error.js';
import type { HttpTransport } from '../transport/http-transport.js';
import { Session, type SessionParts } from './session.js';

/**
 * Stands where a session would while no server was asked for one: what is held can be read and what is done waits.
 * Whatever needs the server is refused with `client.unreachable`, and no number of the device is given for it.
 */
export class UnconnectedSession extends Session {
  constructor(transport: HttpTransport, parts: Omit<SessionParts, 'token' | 'ath' | 'nonce'>) {
    super(transport, { ...parts, token: null, ath: '', nonce: '' });
  }

  override async request(): Promise<never> {
    throw notConnected();
  }

  override async requestOctets(): Promise<never> {
    throw notConnected();
  }

  override async requestElevated(): Promise<never> {
    throw notConnected();
  }

  override async proveSocket(): Promise<never> {
    throw notConnected();
  }

  override async end(): Promise<void> {}
}

function notConnected(): ServerUnreachable {
  return new ServerUnreachable('no session was opened');
}
