import { setTimeout as pause } from 'node:timers/promises';

import { ERASURE_LIMITS, REGIONAL_AUTHORITY, STATES, type StateCode } from '@enlace/contracts';
import { isDomainError, newId } from '@enlace/kernel';
import type { SectionName } from '@enlace/tlog';
import { policyOf } from '@enlace/trust';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { DirectoryLog } from '../../directory/directory-log.js';
import type { Transaction } from '../../platform/database/database.js';
import { errorFields } from '../../platform/logging/error-fields.js';
import { SERVER_WORK, type ServerWork } from '../../platform/server-work.js';
import { erasedRanges, inEvents } from './erased-ranges.js';
import { ErasuresRepository } from './erasures.repository.js';

const DAY_MS = 86_400_000;
/** How often a node looks whether something is due. */
const LOOK_MS = 3_600_000;
/** Events that one transaction erases. */
const BATCH = 1_000;
const LEAD_SQL = `SELECT pg_try_advisory_xact_lock(hashtextextended('retention', 0)) AS leads`;

/** What is due in a State: a rule, its sections, and how long they are kept. */
interface Due {
  readonly rule: string;
  readonly sections: readonly SectionName[];
  readonly days: number;
}

/**
 * Erases what a State keeps no longer, by the same functions of the database and with the same event as what two
 * persons ask for. Killed anywhere, sections and event are both there or both done.
 */
@Injectable()
export class RetentionRounds implements OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SERVER_WORK) private readonly work: ServerWork,
    private readonly repository: ErasuresRepository,
    private readonly directory: DirectoryLog,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** All that is due in all States. Resolves with how many events lost sections. */
  async round(): Promise<number> {
    let erased = 0;
    const states: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
    for (const state of states) {
      for (const due of await this.#dueIn(state)) {
        for (let batch = BATCH; batch === BATCH && !this.#stopping.signal.aborted;) {
          batch = await this.#erase(state, due);
          erased += batch;
        }
      }
    }
    return erased;
  }

  /**
   * Where somebody was is kept a year; the rest as the policy of the State says, three years unless it does: in a case
   * from its closing on, and until its threads are gone for a year.
   */
  async #dueIn(state: StateCode): Promise<readonly Due[]> {
    const days = await this.#retentionDays(state);
    return [
      {
        rule: 'retention/where',
        sections: ['where'],
        days: Math.min(ERASURE_LIMITS.whereDays, days),
      },
      { rule: 'retention/state-policy', sections: ['what', 'who', 'why', 'attest'], days },
    ];
  }

  async #retentionDays(state: StateCode): Promise<number> {
    try {
      const directory = await this.work.database.asServer(async (tx) => this.directory.current(tx));
      return policyOf(directory, state).auditRetentionDays;
    } catch (error) {
      // Without a trust store nobody has acted yet, and nobody has said how long to keep what they did.
      if (isDomainError(error, 'statement.refused')) return Number.POSITIVE_INFINITY;
      throw error;
    }
  }

  async #erase(state: StateCode, { rule, sections, days }: Due): Promise<number> {
    if (!Number.isFinite(days)) return 0;
    const nowMs = this.work.clock.nowMs();
    const beforeMs = nowMs - days * DAY_MS;
    const threadsBeforeMs = nowMs - ERASURE_LIMITS.threadDays * DAY_MS;
    return this.work.sequencer.asServer(async (tx) => {
      const [leading]: readonly { leads: boolean }[] = await tx.query(LEAD_SQL);
      if (leading?.leads !== true) return 0;
      const due = { state, sections, beforeMs, threadsBeforeMs, limit: BATCH };
      const places = await this.repository.eraseDue(tx, due);
      let events = 0;
      for (const [origin, indexes] of places) {
        const concerned = await this.repository.statesOf(tx, origin, indexes);
        const states = [...new Set([state, ...concerned])].toSorted();
        for (const ranges of inEvents(erasedRanges(origin, indexes))) {
          await this.#record(tx, { state, states }, { rule, sections, ranges });
        }
        events += indexes.length;
      }
      return events;
    });
  }

  async #record(
    tx: Transaction,
    { state, states }: { readonly state: StateCode; readonly states: readonly StateCode[] },
    fields: {
      readonly rule: string;
      readonly sections: readonly string[];
      readonly ranges: readonly string[];
    },
  ): Promise<void> {
    const { writer, clock, random } = this.work;
    await writer.writeOwn(
      tx,
      {
        type: 'section.erased',
        outcome: 'success',
        object: { type: 'section', id: newId(clock, random), ownerState: state },
        states,
        fields,
      },
      { kind: 'act', correlationId: newId(clock, random) },
    );
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => {
        this.work.log.warn('retention.round-failed', errorFields(error));
      });
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
