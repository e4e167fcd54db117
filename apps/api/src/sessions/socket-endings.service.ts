import type { AuditEvent } from '@enlace/contracts';
import type { EventId } from '@enlace/kernel';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import type { SessionContext, Transaction } from '../platform/database/database.js';
import { errorFields } from '../platform/logging/error-fields.js';
import type { SocketEnd } from '../platform/realtime/seats.js';
import { SERVER_WORK, type ServerWork } from '../platform/server-work.js';

const RECORD_MS = 1_000;
/** Events of one transaction. */
const EVENTS_AT_ONCE = 100;

/** A socket that is over. */
export interface EndedSocket {
  readonly act: ActContext;
  readonly session: SessionContext;
  readonly socketRef: EventId;
  /** The event of its beginning, whose proof stands for both. */
  readonly connectedBy: EventId;
  readonly cause: SocketEnd;
}

/**
 * The record of sockets that are over, in batches, once they are: an end asks nobody for leave. What cannot be written
 * waits and is tried again, never more than the sockets that this node had; a node that is killed cannot say so, and
 * the sockets of its last moment have no end on record.
 */
@Injectable()
export class SocketEndings implements OnApplicationShutdown {
  #ended: EndedSocket[] = [];
  #writing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(@Inject(SERVER_WORK) private readonly work: ServerWork) {
    this.#timer = setInterval(() => void this.flush(), RECORD_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  note(ended: EndedSocket): void {
    this.#ended.push(ended);
  }

  async flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#flush());
    await this.#writing;
  }

  async #flush(): Promise<void> {
    while (this.#ended.length > 0) {
      const batch = this.#ended.slice(0, EVENTS_AT_ONCE);
      try {
        await this.work.database.asServer(async (tx) => {
          for (const ended of batch) await this.#write(tx, ended);
        });
      } catch (error) {
        this.work.log.warn('sockets.unrecorded', errorFields(error));
        return;
      }
      this.#ended = this.#ended.slice(batch.length);
    }
  }

  async #write(tx: Transaction, ended: EndedSocket): Promise<void> {
    const { session, act, connectedBy } = ended;
    const at = { tx, session, act: { ...act, proof: null } };
    await this.work.writer.write(at, eventOf(ended), { signer: null, primary: connectedBy });
  }
}

function eventOf({ session, socketRef, cause }: EndedSocket): AuditEvent<'session.disconnected'> {
  const { sessionId, state } = session;
  return {
    type: 'session.disconnected',
    outcome: 'success',
    object: { type: 'session', id: sessionId, ownerState: state },
    states: [state],
    fields: { socketRef, cause },
  };
}
