const BUCKETS = 256;

/**
 * A map that is never changed: `with` returns another one that shares all but one of 256 buckets. A fold over tens of
 * thousands of statements stays pure without copying what it knows at every step.
 */
export class Table<Value> {
  private readonly buckets: readonly (ReadonlyMap<string, Value> | undefined)[];

  constructor(buckets: readonly (ReadonlyMap<string, Value> | undefined)[] = []) {
    this.buckets = buckets;
  }

  get(key: string): Value | undefined {
    return this.buckets[bucketOf(key)]?.get(key);
  }

  with(key: string, value: Value): Table<Value> {
    const at = bucketOf(key);
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => this.buckets[bucket]);
    buckets[at] = new Map(this.buckets[at]).set(key, value);
    return new Table(buckets);
  }

  /** Every value, in no promised order. */
  values(): Value[] {
    return this.buckets.flatMap((bucket) => (bucket ? [...bucket.values()] : []));
  }
}

// FNV-1a; spreads ids well enough, and an attacker who makes them collide only makes his own fold slower by a list.
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
