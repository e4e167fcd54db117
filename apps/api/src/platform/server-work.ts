import type { Clock, Random } from '@enlace/kernel';

import type { Database } from './database/database.js';
import type { Log } from './logging/log.js';
import type { EventWriter } from './tlog/event-writer.js';

/** With what a feature works by itself, without a session: in the role of the server, on record like everybody. */
export interface ServerWork {
  /** As `enl_sequencer`. */
  readonly sequencer: Database;
  /** As `enl_app`. */
  readonly database: Database;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export const SERVER_WORK = Symbol('ServerWork');
