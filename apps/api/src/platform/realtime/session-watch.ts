import { setTimeout as pause } from 'node:timers/promises';

import { SESSION_LIMITS } from '@enlace/contracts';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { LiveSessions } from '../access/live-session.repository.js';
import { HINT_BUS, type HintBus } from '../bus/hint-bus.js';
import type { SessionHash } from '../database/database.js';
import { errorFields } from '../logging/error-fields.js';
import type { Log } from '../logging/log.js';
import { Refusal } from '../problem/refusal.js';
import { LOG } from '../tokens.js';

/** How often a node asks whether the sessions behind its sockets still stand. */
const INTERVAL_MS = 500;

/** How long this process runs, whatever the clocks of the host are set to. */
const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** The sockets that a watch can end. */
export interface Guarded {
  hashes(): readonly SessionHash[];
  drop(hash: Uint8Array): void;
}

/**
 * Asks the database twice a second which sessions of this node are over, and ends their sockets: a revocation on any
 * node takes effect on all of them in less than a second, whatever becomes of the hints between nodes. A node that
 * could not ask for two seconds serves nobody, because it would not know.
 */
@Injectable()
export class SessionWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  #guarded: Guarded | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Every question so far, one after the other. */
  #asked: Promise<void> = Promise.resolve();
  #isAsking = false;
  /** The question that those who call on an unsure node share. */
  #shared: Promise<void> | null = null;
  #confirmedAtMs = monotonicMs();

  constructor(
    private readonly sessions: LiveSessions,
    @Inject(HINT_BUS) private readonly bus: HintBus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  guard(guarded: Guarded): void {
    this.#guarded = guarded;
  }

  onApplicationBootstrap(): void {
    this.bus.subscribe({
      onHint: ({ sessionsEnded }) => {
        if (sessionsEnded === true) void this.confirm();
      },
      onGap: () => void this.confirm(),
    });
    this.#timer = setInterval(() => {
      if (!this.#isAsking) void this.confirm();
    }, INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#asked;
  }

  /**
   * For whoever calls: a process that slept for a while has only to ask, and nobody is sent away for that. Throws
   * `service.unavailable` on a node that does not get to know whom to serve.
   */
  async becomeCurrent(): Promise<void> {
    if (!this.#isCurrent()) {
      this.#shared ??= this.confirm().finally(() => (this.#shared = null));
      await Promise.race([this.#shared, pause(SESSION_LIMITS.confirmWaitMs, null, { ref: false })]);
    }
    this.assertCurrent();
  }

  /** Throws `service.unavailable` on a node that does not know whom to serve. */
  assertCurrent(): void {
    if (this.#isCurrent()) return;
    throw new Refusal('service.unavailable', { facts: { retryAfterSeconds: 1 } });
  }

  /** Asks at once: an act of this node ended sessions. Never rejects; what fails is asked again by the clock. */
  async confirm(): Promise<void> {
    // What is under way may have asked before the change that this call is about: this one asks after it.
    this.#asked = this.#asked.then(() => this.#ask());
    await this.#asked;
  }

  #isCurrent(): boolean {
    return monotonicMs() - this.#confirmedAtMs <= SESSION_LIMITS.confirmedWithinMs;
  }

  async #ask(): Promise<void> {
    const askedAtMs = monotonicMs();
    this.#isAsking = true;
    try {
      const dead = await this.sessions.findDead(this.#guarded?.hashes() ?? []);
      this.#confirmedAtMs = askedAtMs;
      for (const hash of dead) this.#guarded?.drop(hash);
    } catch (error) {
      this.log.warn('sessions.unconfirmed', errorFields(error));
    } finally {
      this.#isAsking = false;
    }
  }
}
