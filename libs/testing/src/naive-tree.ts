import { createHash } from 'node:crypto';

/**
 * RFC 6962, section 2.1, as the RFC writes it: recursive, over all entries in memory. An oracle for `libs/tlog`, with
 * which it shares no line. Hashes of ranges are remembered, because D[a:b] has the same hash in every tree.
 */
export class NaiveTree {
  readonly #ranges = new Map<number, Uint8Array>();

  constructor(readonly entries: readonly Uint8Array[]) {}

  /** MTH(D[start:end]). */
  root(end = this.entries.length, start = 0): Uint8Array {
    const key = start * 2 ** 26 + end;
    const known = this.#ranges.get(key);
    if (known) return known;
    const hash = this.#hash(start, end);
    this.#ranges.set(key, hash);
    return hash;
  }

  /** PATH(m, D[start:end]), m counted from `start`. */
  inclusionProof(m: number, end = this.entries.length, start = 0): Uint8Array[] {
    const n = end - start;
    if (n === 1) return [];
    const k = splitOf(n);
    return m < k
      ? [...this.inclusionProof(m, start + k, start), this.root(end, start + k)]
      : [...this.inclusionProof(m - k, end, start + k), this.root(start + k, start)];
  }

  /** PROOF(m, D[0:n]). */
  consistencyProof(m: number, n = this.entries.length): Uint8Array[] {
    return this.#subproof(m, { start: 0, end: n }, true);
  }

  #subproof(
    m: number,
    { start, end }: { readonly start: number; readonly end: number },
    isWhole: boolean,
  ): Uint8Array[] {
    const n = end - start;
    if (m === n) return isWhole ? [] : [this.root(end, start)];
    const k = splitOf(n);
    return m <= k
      ? [...this.#subproof(m, { start, end: start + k }, isWhole), this.root(end, start + k)]
      : [...this.#subproof(m - k, { start: start + k, end }, false), this.root(start + k, start)];
  }

  #hash(start: number, end: number): Uint8Array {
    const hash = createHash('sha256');
    if (end - start === 1) {
      hash.update(Buffer.of(0)).update(this.entries[start] ?? Buffer.alloc(0));
    } else if (end > start) {
      const middle = start + splitOf(end - start);
      hash.update(Buffer.of(1)).update(this.root(middle, start)).update(this.root(end, middle));
    }
    return new Uint8Array(hash.digest());
  }
}

/** The largest power of two smaller than n. */
function splitOf(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}
