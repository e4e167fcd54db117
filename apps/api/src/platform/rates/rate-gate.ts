import type { RateLimitClass } from '@enlace/contracts';
import type { Clock } from '@enlace/kernel';
import { Inject, Injectable, SetMetadata } from '@nestjs/common';

import { Refusal } from '../problem/refusal.js';
import { CLOCK, RATES } from '../tokens.js';
import type { Rates } from './rates.js';
import type { ActContext } from '../access/act.js';
import { subscriberOf, TokenBuckets } from './token-bucket.js';

const LIMITED = 'enlace:limited';

/** Classes of which the whole node takes only so many, wherever they come from. */
const OF_NODE: Readonly<Partial<Record<RateLimitClass, RateLimitClass>>> = {
  signIns: 'signInsOfNode',
  claims: 'signInsOfNode',
  deviceLinks: 'deviceLinksOfNode',
};
const NODE = 'node';

/** The handler shares the limit of this class, beside the one that every address has. */
export const Limited = (name: RateLimitClass): MethodDecorator => SetMetadata(LIMITED, name);

/** The limits of routes that cost more than others: counted by session where there is one, else by address. */
@Injectable()
export class RateGate {
  readonly #buckets = new Map<RateLimitClass, TokenBuckets>();

  constructor(
    @Inject(RATES) private readonly rates: Rates,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes one from the class of the handler. Throws `rate.limited` with the whole seconds to wait. It comes before the
   * proof, so that a limited request has used no number of its device. A session keeps its id when a step-up gives it
   * another token, so that nobody begins anew by it.
   */
  assert(handler: object, { where }: ActContext, sessionId: string | null): void {
    const limited: RateLimitClass | undefined = Reflect.getMetadata(LIMITED, handler);
    const name = limited ?? (sessionId === null ? undefined : 'acts');
    if (name === undefined) return;
    this.#take(name, sessionId ?? subscriberOf(where.ip));
    // Last: who is over his own limit takes nothing from the others.
    const ofNode = OF_NODE[name];
    if (ofNode !== undefined) this.#take(ofNode, NODE);
  }

  #take(name: RateLimitClass, key: string): void {
    const retryAfterSeconds = this.#bucketsOf(name).take(key);
    if (retryAfterSeconds > 0) throw new Refusal('rate.limited', { facts: { retryAfterSeconds } });
  }

  #bucketsOf(name: RateLimitClass): TokenBuckets {
    const buckets = this.#buckets.get(name) ?? new TokenBuckets(this.rates[name], this.clock);
    this.#buckets.set(name, buckets);
    return buckets;
  }
}
