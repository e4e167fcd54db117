import { STATES } from '@enlace/contracts';
import { formatInstant, newId, type Clock, type Random } from '@enlace/kernel';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { revokedSession } from '../platform/realtime/session-endings.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { errorFields } from '../platform/logging/error-fields.js';
import type { Log } from '../platform/logging/log.js';
import { EventWriter } from '../platform/tlog/event-writer.js';
import { CLOCK, LOG, RANDOM } from '../platform/tokens.js';
import { breakGlassEvent } from './breakglass-event.js';
import { BreakGlassRepository, type BreakGlassRow } from './breakglass.repository.js';

/** How often a node looks whether an act has waited long enough. */
const LOOK_MS = 1_000;

/** Lets acts take effect when they have waited, and expire when they were too late. Every node looks; once each. */
@Injectable()
export class BreakGlassRounds implements OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #looked: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly repository: BreakGlassRepository,
    private readonly writer: EventWriter,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(LOG) private readonly log: Log,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#looked = this.#looked.then(async () => this.look());
    }, LOOK_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looked;
  }

  /** Settles what is due. Never rejects: what failed is looked at again. */
  async look(): Promise<void> {
    try {
      const now = new Date(this.clock.nowMs());
      const due = await this.database.asServer((tx) => this.repository.findDue(tx, now));
      for (const act of due) await this.database.asServer((tx) => this.#settle(tx, act, now));
    } catch (error) {
      this.log.warn('breakglass.unsettled', errorFields(error));
    }
  }

  /** The effect and its event in one transaction: killed anywhere, both happened or neither. */
  async #settle(tx: Transaction, act: BreakGlassRow, now: Date): Promise<void> {
    const outcome = await this.repository.settle(tx, act.nonce, now);
    if (outcome === null) return;
    const signed = {
      nonce: act.nonce,
      action: act.action,
      effectiveAfter: formatInstant(act.effectiveAfter.getTime()),
      expiresAt: formatInstant(act.expiresAt.getTime()),
    };
    const type = outcome === 'applied' ? 'breakglass.approved' : 'breakglass.expired';
    const written = { kind: 'act', correlationId: newId(this.clock, this.random) } as const;
    await this.writer.writeOwn(tx, breakGlassEvent(type, signed), written);
    const suspended = STATES.find((state) => state === act.target);
    if (suspended === undefined) return;
    for (const id of await this.repository.endedSessions(tx, act.nonce)) {
      await this.writer.writeOwn(tx, revokedSession(id, suspended), written);
    }
  }
}
