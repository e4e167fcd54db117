import { RATE_LIMITS, type RateLimit, type RateLimitClass } from '@enlace/contracts';

/** What the server takes of each class. */
export type Rates = Readonly<Record<RateLimitClass, RateLimit>>;

/** `RATE_LIMITS`, but for what a test or a bench says; no variable or flag says anything. */
export function ratesWith(change: Partial<Rates>): Rates {
  return { ...RATE_LIMITS, ...change };
}
