/** One change of a list: what goes away at an index, and what comes there. Indexes are of the list as it is by then. */
export interface ListChange<Item> {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly Item[];
}

/** Cells of the table that finds what two lists share; above it the middle is exchanged as a whole. */
const CELLS_MOST = 1_000_000;

/** What makes one list of the other, with as much as can stay staying. Items are the same that have the same name. */
export function listChanges<Item>(
  before: readonly Item[],
  after: readonly Item[],
  nameOf: (item: Item) => string,
): readonly ListChange<Item>[] {
  const [old, next] = [before.map(nameOf), after.map(nameOf)];
  const kept = sharedOf(old, next);
  const changes: ListChange<Item>[] = [];
  let [from, to, at] = [0, 0, 0];
  for (const [oldAt, nextAt] of [...kept, [old.length, next.length] as const]) {
    const [remove, insert] = [oldAt - from, after.slice(to, nextAt)];
    if (remove > 0 || insert.length > 0) changes.push({ at, remove, insert });
    at += insert.length + 1;
    [from, to] = [oldAt + 1, nextAt + 1];
  }
  return changes;
}

type Pair = readonly [before: number, after: number];

function sharedOf(old: readonly string[], next: readonly string[]): readonly Pair[] {
  const most = Math.min(old.length, next.length);
  let start = 0;
  while (start < most && old[start] === next[start]) start += 1;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === next.at(-1 - end)) end += 1;
  const middle = longestShared(
    old.slice(start, old.length - end),
    next.slice(start, next.length - end),
  );
  return [
    ...pairs(start, (at) => [at, at]),
    ...middle.map(([a, b]): Pair => [a + start, b + start]),
    ...pairs(end, (at) => [old.length - end + at, next.length - end + at]),
  ];
}

function pairs(count: number, pair: (at: number) => Pair): readonly Pair[] {
  return Array.from({ length: count }, (_, at) => pair(at));
}

/** The longest common subsequence, by the table of lengths from the end. */
function longestShared(old: readonly string[], next: readonly string[]): readonly Pair[] {
  const width = next.length + 1;
  if ((old.length + 1) * width > CELLS_MOST) return [];
  const lengths = new Uint32Array((old.length + 1) * width);
  const cell = (a: number, b: number): number => lengths[a * width + b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = next.length - 1; b >= 0; b -= 1) {
      const isSame = old[a] === next[b];
      lengths[a * width + b] = isSame
        ? cell(a + 1, b + 1) + 1
        : Math.max(cell(a + 1, b), cell(a, b + 1));
    }
  }
  const found: Pair[] = [];
  let [a, b] = [0, 0];
  while (a < old.length && b < next.length) {
    if (old[a] === next[b]) {
      found.push([a, b]);
      [a, b] = [a + 1, b + 1];
    } else if (cell(a + 1, b) >= cell(a, b + 1)) a += 1;
    else b += 1;
  }
  return found;
}
