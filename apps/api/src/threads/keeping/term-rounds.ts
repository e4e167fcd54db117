import { setTimeout as pause } from 'node:timers/promises';

import { newId } from '@enlace/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { HINT_BUS, type HintBus } from '../../platform/bus/hint-bus.js';
import { errorFields } from '../../platform/logging/error-fields.js';
import { SERVER_WORK, type ServerWork } from '../../platform/server-work.js';
import { KeptThreadsRepository } from './kept-threads.repository.js';

/** How often a node looks whether the term of a thread is over. */
const LOOK_MS = 3_600_000;

/**
 * Shreds threads whose term is over and that nothing holds, each in one transaction with its event: killed anywhere,
 * both have happened or neither has. Members' clients judge the end by a clock of their own.
 */
@Injectable()
export class TermRounds implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SERVER_WORK) private readonly work: ServerWork,
    private readonly repository: KeptThreadsRepository,
    @Inject(HINT_BUS) private readonly bus: HintBus,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Everything that is due. Resolves with the number of threads. */
  async round(): Promise<number> {
    let threads = 0;
    while (!this.#stopping.signal.aborted && (await this.#shredOne())) threads += 1;
    return threads;
  }

  async #shredOne(): Promise<boolean> {
    const { sequencer, writer, clock, random } = this.work;
    const gone = await sequencer.asServer(async (tx) => {
      const shredded = await this.repository.shredDue(tx, clock.nowMs());
      if (shredded === null) return null;
      const { threadId, caseId, originator, states, entries, attachments } = shredded;
      await writer.writeOwn(
        tx,
        {
          type: 'thread.erased',
          outcome: 'success',
          reasonCode: 'retention',
          object: { type: 'thread', id: threadId, ownerState: originator },
          states,
          threadId,
          caseId,
          fields: { entries, attachments },
        },
        { kind: 'act', correlationId: newId(clock, random) },
      );
      return threadId;
    });
    if (gone !== null) this.bus.publish({ shredded: new Set([gone]) });
    return gone !== null;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => {
        this.work.log.warn('threads.terms-failed', errorFields(error));
      });
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
