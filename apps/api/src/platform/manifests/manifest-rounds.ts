import { setTimeout as pause } from 'node:timers/promises';

import type { OnModuleDestroy } from '@nestjs/common';

import type { Database, Transaction } from '../database/database.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { findCurrentLog } from '../sequencer/log-rows.js';
import { issueManifests, type IssuePorts } from './issue-manifests.js';
import { findLast, tryToIssue } from './manifest-rows.js';

/** A manifest an hour, of the clock and not of this process: a restart neither skips nor repeats one. */
const HOUR_MS = 3_600_000;
/** How often a node looks whether an hour has begun. */
const LOOK_MS = 10_000;

export interface ManifestPorts extends IssuePorts {
  /** As `enl_sequencer`. */
  readonly database: Database;
  readonly log: Log;
}

/** Issues the manifests of the audit log, on the hour. Every node looks; one of them issues. */
export class ManifestRounds implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly ports: ManifestPorts) {}

  start(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /**
   * Issues what is due, all States in one transaction: killed anywhere, all are there or none. Resolves with how many
   * were issued; 0 when nothing is due, another node leads, or the log is not open. Rejects as the database does.
   */
  async round(): Promise<number> {
    return this.ports.database.asServer((tx) => this.#issueDue(tx));
  }

  async #issueDue(tx: Transaction): Promise<number> {
    if (!(await tryToIssue(tx))) return 0;
    const log = await findCurrentLog(tx, 'audit', { lock: false });
    if (log?.state !== 'open') return 0;
    const last = await findLast(tx, log.logId);
    const sinceMs = Math.max(log.openedAtMs, ...last.map(({ issuedAtMs }) => issuedAtMs));
    if (hourOf(this.ports.clock.nowMs()) <= hourOf(sinceMs)) return 0;
    const issued = await issueManifests(tx, log, this.ports);
    return issued?.length ?? 0;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => {
        this.ports.log.warn('manifest.round-failed', errorFields(error));
      });
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}
