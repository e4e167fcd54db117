import { createClient } from '@redis/client';

import {
  CHANNEL_OPEN_MS,
  type ChannelConnection,
  type ChannelListener,
  type HintChannel,
} from './hint-channel.js';

const CHANNEL = 'enlace_hint';
/** Payloads that wait for a server which does not answer; more are not sent, and nothing depends on them. */
const WAITING_PAYLOADS = 1_000;

/**
 * PUBLISH and SUBSCRIBE of Redis 7 or Valkey. Both go over one connection (RESP3), so that the heartbeat of a node that
 * comes back proves both ways. It needs no key and no command besides: `resetkeys resetchannels &enlace_hint -@all
 * +hello +ping +publish +subscribe` is enough for its user.
 */
export class RedisChannel implements HintChannel {
  #client: ReturnType<typeof clientOf> | null = null;

  constructor(private readonly url: string) {}

  dial({ onPayload, onLost }: ChannelListener): ChannelConnection {
    const client = clientOf(this.url);
    this.#client = client;
    client.on('error', onLost);
    client.on('end', onLost);
    return {
      open: async () => {
        await client.connect();
        await client.subscribe(CHANNEL, onPayload);
      },
      end: async () => {
        if (this.#client === client) this.#client = null;
        if (client.isOpen) client.destroy();
        return Promise.resolve();
      },
    };
  }

  // While nobody is connected nothing is told: that the connection was lost is said already.
  async tell(payload: string): Promise<void> {
    await this.#client?.publish(CHANNEL, payload);
  }
}

/** A client that opens once: the bus dials anew, and says that there was a gap. */
function clientOf(url: string) {
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    commandsQueueMaxLength: WAITING_PAYLOADS,
    // Neither tells the server what this library is called: its user needs no CLIENT command then.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CHANNEL_OPEN_MS, reconnectStrategy: false, keepAlive: true },
  });
}
