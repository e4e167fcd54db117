import pg from 'pg';

import type { Database } from '../database/database.js';
import type { PreparedStatement } from '../database/prepared.js';
import {
  CHANNEL_OPEN_MS,
  type ChannelConnection,
  type ChannelListener,
  type HintChannel,
} from './hint-channel.js';

const NOTIFY = {
  name: 'notify',
  text: "SELECT pg_notify('enlace_hint', $1)",
} as const satisfies PreparedStatement;

/** LISTEN and NOTIFY. A pool would hand the connection that listens to somebody else, so it is one of its own. */
export class PostgresChannel implements HintChannel {
  constructor(
    /** Tells, by a pool, because a notification is a transaction. */
    private readonly database: Database,
    /** The login of the one connection that listens. */
    private readonly url: string,
  ) {}

  dial({ onPayload, onLost }: ChannelListener): ChannelConnection {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'enlace-hints',
      connectionTimeoutMillis: CHANNEL_OPEN_MS,
      keepAlive: true,
    });
    // Before it connects: Node ends a process over an error that nobody hears.
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', ({ payload = '' }) => onPayload(payload));
    return {
      open: async () => {
        await client.connect();
        await client.query('LISTEN enlace_hint');
      },
      end: async () => client.end().catch(() => undefined),
    };
  }

  async tell(payload: string): Promise<void> {
    await this.database.ask(NOTIFY, [payload]);
  }
}
