import { formatErasedRange } from '@enlace/tlog';

/** Ranges that one event lists, so that its section keeps below its limit: an origin has up to 200 characters. */
const RANGES_OF_EVENT = 14;

/** How an event names erased entries, as every verifier reads it. */
export function erasedRanges(origin: string, indexes: readonly number[]): readonly string[] {
  const ranges: string[] = [];
  let first = indexes[0];
  for (const [at, index] of indexes.entries()) {
    if (indexes[at + 1] === index + 1) continue;
    ranges.push(formatErasedRange({ origin, first: first ?? index, last: index }));
    first = indexes[at + 1];
  }
  return ranges;
}

/** The ranges of each event: several, where they are too many for one. At least one event, also without any. */
export function inEvents(ranges: readonly string[]): readonly (readonly string[])[] {
  const count = Math.max(1, Math.ceil(ranges.length / RANGES_OF_EVENT));
  return Array.from({ length: count }, (_, at) =>
    ranges.slice(at * RANGES_OF_EVENT, (at + 1) * RANGES_OF_EVENT),
  );
}
