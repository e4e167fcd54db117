import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** A loop that lags by more does not serve anybody. */
const LOOP_LAG_LIMIT_MS = 1_000;
/** Length of the window whose worst lag counts, so that one long pause does not condemn the process for ever. */
const WINDOW_MS = 5_000;
const RESOLUTION_MS = 20;

/** Watches the event loop of the process. */
@Injectable()
export class Liveness implements OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly windows: NodeJS.Timeout;
  private previousWorstMs = 0;

  constructor() {
    this.delay.enable();
    this.windows = setInterval(() => this.turnWindow(), WINDOW_MS).unref();
  }

  isAlive(): boolean {
    return this.worstLagMs() < LOOP_LAG_LIMIT_MS;
  }

  /** Worst lag of this window and the one before. */
  worstLagMs(): number {
    return Math.max(this.previousWorstMs, this.delay.max / 1e6);
  }

  onApplicationShutdown(): void {
    clearInterval(this.windows);
    this.delay.disable();
  }

  private turnWindow(): void {
    this.previousWorstMs = this.delay.max / 1e6;
    this.delay.reset();
  }
}
