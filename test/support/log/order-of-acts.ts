/** An act and its leaf, with the moments of one counter: before it was asked for, and after it was answered. */
export interface TimedAct {
  readonly leaf: string;
  readonly began: number;
  readonly answered: number;
}

/** Tells moments apart that a clock would not. */
export class Moments {
  #last = 0;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/**
 * Two acts of which one was answered before the other one began, and which the log has the other way round; `null`
 * when there are none. Acts that overlapped have no order.
 */
export function findReordered(
  leaves: readonly string[],
  acts: readonly TimedAct[],
): { readonly first: TimedAct; readonly second: TimedAct } | null {
  const byLeaf = new Map(acts.map((act) => [act.leaf, act]));
  let latest: TimedAct | null = null;
  for (const leaf of leaves) {
    const act = byLeaf.get(leaf);
    if (act === undefined) continue;
    if (latest !== null && act.answered < latest.began) return { first: act, second: latest };
    if (latest === null || act.began > latest.began) latest = act;
  }
  return null;
}
