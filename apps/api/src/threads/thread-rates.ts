import type { Clock, ThreadId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { Rates } from '../platform/rates/rates.js';
import { TokenBuckets } from '../platform/rates/token-bucket.js';
import { Refusal } from '../platform/problem/refusal.js';
import { CLOCK, RATES } from '../platform/tokens.js';

/**
 * What all devices together append to one thread, whose row is a queue. Asked for entries that
 * would be taken: nobody fills it with others.
 */
@Injectable()
export class ThreadRates {
  readonly #buckets: TokenBuckets;

  constructor(@Inject(RATES) rates: Rates, @Inject(CLOCK) clock: Clock) {
    this.#buckets = new TokenBuckets(rates.threadEntries, clock);
  }

  /** Throws `rate.limited` with the whole seconds to wait; nothing is taken then. */
  assert(threadId: ThreadId, entries: number): void {
    const retryAfterSeconds = this.#buckets.take(threadId, entries);
    if (retryAfterSeconds > 0) throw new Refusal('rate.limited', { facts: { retryAfterSeconds } });
  }
}
