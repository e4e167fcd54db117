import { setTimeout as pause } from 'node:timers/promises';

import { ATTACHMENT_LIMITS } from '@enlace/contracts';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { errorFields } from '../platform/logging/error-fields.js';
import { SERVER_WORK, type ServerWork } from '../platform/server-work.js';
import { ATTACHMENT_STORE, type AttachmentStore } from './store/attachment-store.js';
import { AttachmentsRepository } from './attachments.repository.js';

/** How often a node looks. */
const LOOK_MS = 3_600_000;
/** A ticket may be used until it ends, and a part may then be under way. */
const GRACE_MS = 3_600_000;
/** Rows, or keys, of one statement. */
const BATCH = 1_000;

/**
 * Forgets what nobody ended: uploads that were not completed in time, files that no entry named, and objects in the
 * store that no row knows, as they are left behind when a process is killed or a thread is erased. The row goes first:
 * killed after it, the object is found by the next round.
 */
@Injectable()
export class CleaningRounds implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SERVER_WORK) private readonly work: ServerWork,
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
    private readonly repository: AttachmentsRepository,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Resolves with how many rows and objects went. */
  async round(): Promise<{ readonly rows: number; readonly objects: number }> {
    const nowMs = this.work.clock.nowMs();
    const due = {
      reservedBeforeMs: nowMs - ATTACHMENT_LIMITS.uploadMs - GRACE_MS,
      completedBeforeMs: nowMs - ATTACHMENT_LIMITS.unusedMs,
      most: BATCH,
    };
    let rows = 0;
    for (let batch = BATCH; batch === BATCH && !this.#stopping.signal.aborted;) {
      batch = await this.work.sequencer.asServer(async (tx) => this.repository.lapse(tx, due));
      rows += batch;
    }
    return { rows, objects: await this.#removeStray(nowMs) };
  }

  async #removeStray(nowMs: number): Promise<number> {
    let removed = 0;
    let some: string[] = [];
    for await (const key of this.store.keys()) {
      if (this.#stopping.signal.aborted) return removed;
      some.push(key);
      if (some.length < BATCH) continue;
      removed += await this.#removeUnknown(some, nowMs);
      some = [];
    }
    return removed + (await this.#removeUnknown(some, nowMs));
  }

  /** Young ones are left alone: their row may be about to be written. */
  async #removeUnknown(keys: readonly string[], nowMs: number): Promise<number> {
    if (keys.length === 0) return 0;
    const stray = await this.work.sequencer.asServer(async (tx) =>
      this.repository.listStray(tx, keys),
    );
    let removed = 0;
    for (const key of stray) {
      const changedAtMs = await this.store.changedAtMs(key);
      if (changedAtMs === null || changedAtMs > nowMs - GRACE_MS) continue;
      await this.store.remove(key);
      removed += 1;
    }
    return removed;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => {
        this.work.log.warn('attachments.round-failed', errorFields(error));
      });
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
