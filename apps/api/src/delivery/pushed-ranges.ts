/** Sequences without a gap, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Ranges of one socket and thread that are remembered; the oldest go. A gap is rare: somebody was away. */
const RANGES_LIMIT = 16;

/** What was pushed of a thread to a socket and not reported by its device yet. */
export class PushedRanges {
  #ranges: readonly Range[] = [];

  push(seq: number): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && seq <= last.last) return;
    const goesOn = last !== undefined && seq === last.last + 1;
    const range = goesOn ? { first: last.first, last: seq } : { first: seq, last: seq };
    this.#ranges = [...(goesOn ? this.#ranges.slice(0, -1) : this.#ranges), range].slice(
      -RANGES_LIMIT,
    );
  }

  /** What of it is reported by a cursor, once. */
  take(cursor: number): readonly Range[] {
    const taken = this.#ranges
      .filter(({ first }) => first <= cursor)
      .map(({ first, last }) => ({ first, last: Math.min(last, cursor) }));
    this.#ranges = this.#ranges
      .filter(({ last }) => last > cursor)
      .map(({ first, last }) => ({ first: Math.max(first, cursor + 1), last }));
    return taken;
  }
}
