import { CLIENT_EVENTS, DELIVERY_LIMITS } from '@enlace/contracts';
import { isDomainError, type ThreadId } from '@enlace/kernel';

import type { Line } from '../../live/line.js';

/** How often a device says how far it has got in what was pushed to it. In milliseconds. */
const REPORT_EVERY_MS = 1_000;

/** What reached this device by itself, told to the server for the record: at most once a second. */
export class CursorReports {
  readonly #line: Line;
  readonly #pause: (ms: number) => Promise<void>;
  #cursors = new Map<ThreadId, number>();
  #isWaiting = false;

  constructor(line: Line, pause: (ms: number) => Promise<void>) {
    this.#line = line;
    this.#pause = pause;
  }

  add(threadId: ThreadId, seq: number): void {
    this.#cursors.set(threadId, seq);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#flushLater();
  }

  async #flushLater(): Promise<void> {
    await this.#pause(REPORT_EVERY_MS);
    this.#isWaiting = false;
    await this.flush();
  }

  /** What the server does not take it does not record; it holds back what it pushes then. */
  async flush(): Promise<void> {
    const all = [...this.#cursors].map(([threadId, seq]) => [threadId, seq]);
    this.#cursors = new Map();
    try {
      for (let at = 0; at < all.length; at += DELIVERY_LIMITS.cursors) {
        const cursors = all.slice(at, at + DELIVERY_LIMITS.cursors);
        await this.#line.say(CLIENT_EVENTS.received, { cursors });
      }
    } catch (error) {
      if (!isDomainError(error)) throw error;
    }
  }
}
