import { RATE_LIMITS } from '@enlace/contracts';
import { systemClock } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import { Refusal } from '../problem/refusal.js';
import { subscriberOf, TokenBuckets } from './token-bucket.js';

/**
 * The limit of requests from each network address, before anything is known of who asks. A request whose session
 * stands gives back what it took, and counts for its session instead: an office behind one address is many people.
 */
@Injectable()
export class AddressGate {
  readonly #buckets = new TokenBuckets(RATE_LIMITS.anonymous, systemClock);

  /** Throws `rate.limited` with the whole seconds to wait. */
  assert(address: string): void {
    const retryAfterSeconds = this.#buckets.take(subscriberOf(address));
    if (retryAfterSeconds > 0) throw new Refusal('rate.limited', { facts: { retryAfterSeconds } });
  }

  giveBack(address: string): void {
    this.#buckets.giveBack(subscriberOf(address));
  }
}
