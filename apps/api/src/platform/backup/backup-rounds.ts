import { setTimeout as pause } from 'node:timers/promises';

import { toBase64Url, type Clock, type Random } from '@enlace/kernel';
import type { OnApplicationShutdown } from '@nestjs/common';

import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { RENEW_MS, type BackupSet } from './backup-folder.js';
import type { BackupRecord } from './backup-record.js';
import type { BackupTarget } from './backup-target.js';
import { mirrorAttachments, readKept, writeKept } from './kept-files.js';
import { RunningSet } from './running-set.js';

/** How often the files beside the database are looked at; attachments, which are many, less often. */
const LOOK_MS = 1_000;
const ATTACHMENTS_MS = 60_000;
const RETRY_MS = 5_000;

export interface BackupPorts extends BackupTarget {
  readonly dataDir: string;
  /** `null`: they lie in a bucket, which keeps what it had. */
  readonly attachments: string | null;
  readonly record: BackupRecord;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps a backup of the embedded cluster while the server runs: a base copy each week, what is written since within a
 * second, and the files beside the database never ahead of it. A cluster that went away is copied anew.
 */
export class BackupRounds implements OnApplicationShutdown {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #mirroredAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly ports: BackupPorts) {}

  start(): void {
    this.#running = this.#run();
  }

  /** After everything else has ended, so that its last words are kept too. */
  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let current: RunningSet | null = null;
    while (!signal.aborted) {
      try {
        const madeAtMs = this.ports.clock.nowMs();
        const next: RunningSet = await this.#begin(madeAtMs);
        await current?.close();
        current = next;
        await this.#keepUntil(current, madeAtMs + RENEW_MS);
      } catch (error) {
        this.ports.log.error('backup.failed', errorFields(error));
        await current?.close();
        current = null;
        await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    if (current !== null) await this.#end(current);
  }

  async #begin(madeAtMs: number): Promise<RunningSet> {
    const { folder, url, random, log } = this.ports;
    const set = await folder.begin(madeAtMs);
    const slot = `enl_backup_${Buffer.from(random.bytes(8)).toString('hex')}`;
    const running = await RunningSet.begin(url, { set, slot });
    try {
      await this.#keep(running);
      await this.#complete(set, { madeAtMs, systemId: running.systemId });
      await folder.prune(madeAtMs);
      log.info('backup.created');
      return running;
    } catch (error) {
      await running.close();
      throw error;
    }
  }

  /** What cannot be recorded is no backup. */
  async #complete(set: BackupSet, made: { madeAtMs: number; systemId: string }): Promise<void> {
    const head = await this.ports.record.created();
    const [checkpointSize, checkpointRoot] = [head.size, toBase64Url(head.root)];
    await set.complete({ ...made, checkpointSize, checkpointRoot });
  }

  async #keepUntil(running: RunningSet, dueMs: number): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && this.ports.clock.nowMs() < dueMs) {
      await this.#keep(running);
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What was signed is kept only when that on which it was signed is: a restore would else look like a loss. */
  async #keep(running: RunningSet): Promise<void> {
    const { dataDir, folder, attachments, clock } = this.ports;
    const nowMs = clock.nowMs();
    const files = await readKept(dataDir);
    await running.catchUp();
    await writeKept(folder.kept, files);
    if (attachments === null || nowMs - this.#mirroredAtMs < ATTACHMENTS_MS) return;
    await mirrorAttachments(attachments, folder.attachments);
    this.#mirroredAtMs = nowMs;
  }

  async #end(running: RunningSet): Promise<void> {
    this.#mirroredAtMs = Number.NEGATIVE_INFINITY;
    await this.#keep(running).catch((error: unknown) => {
      this.ports.log.error('backup.failed', errorFields(error));
    });
    await running.close();
  }
}
