import type { RateLimit } from '@enlace/contracts';
import type { Clock } from '@enlace/kernel';

/** Buckets kept at most; beyond it the one that was used longest ago is forgotten, which can only let more pass. */
const BUCKETS_LIMIT = 20_000;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Token buckets by key. Memory is bounded; a clock that steps back gives no tokens. */
export class TokenBuckets {
  /** In the order of last use. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly limit: RateLimit,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.buckets.size;
  }

  /** Takes one token or more. Returns 0, or the whole seconds after which there are so many; nothing is taken then. */
  take(key: string, tokens = 1): number {
    const bucket = this.refill(key);
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    this.forgetOldest();
    if (bucket.tokens < tokens) {
      return Math.max(1, Math.ceil((tokens - bucket.tokens) / this.limit.perSecond));
    }
    bucket.tokens -= tokens;
    return 0;
  }

  /** Puts one token back, of one that was taken for something else. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket) bucket.tokens = Math.min(this.limit.burst, bucket.tokens + 1);
  }

  private refill(key: string): Bucket {
    const nowMs = this.clock.nowMs();
    const bucket = this.buckets.get(key);
    if (!bucket) return { tokens: this.limit.burst, filledAtMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    const filled = bucket.tokens + (elapsedMs / 1_000) * this.limit.perSecond;
    return { tokens: Math.min(this.limit.burst, filled), filledAtMs: nowMs };
  }

  private forgetOldest(): void {
    if (this.buckets.size <= BUCKETS_LIMIT) return;
    for (const oldest of this.buckets.keys()) {
      this.buckets.delete(oldest);
      return;
    }
  }
}

/**
 * The part of an address that stands for one subscriber: an IPv4 address, or the /64 of an IPv6 address (RFC 6177: a
 * site has at least that many addresses to choose from).
 */
export function subscriberOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
