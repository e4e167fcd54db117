import type { JsonObject } from '@enlace/kernel';

import { SECTION_NAMES, type SectionName } from '../events/sections.js';

/** Entries of one log, both ends included. */
export interface ErasedRange {
  readonly origin: string;
  readonly first: number;
  readonly last: number;
}

/** What one `section.erased` says is gone. */
export interface Erasure {
  readonly sections: readonly SectionName[];
  readonly ranges: readonly ErasedRange[];
}

/** How `section.erased` names a range: origin, space, first and last index. */
export function formatErasedRange({ origin, first, last }: ErasedRange): string {
  return `${origin} ${first}-${last}`;
}

/**
 * The erasure that the section `what` of a verified event records, or null when it records none. Only an event of the
 * log explains that something is gone: whoever exports it cannot say so by itself.
 */
export function readErasure(what: JsonObject): Erasure | null {
  const { type, sections: names, ranges, outcome } = what;
  if (type !== 'section.erased' || outcome !== 'success') return null;
  if (!Array.isArray(names) || !Array.isArray(ranges)) return null;
  return {
    sections: SECTION_NAMES.filter((name) => names.includes(name)),
    ranges: ranges.flatMap((range: unknown) => readRange(range) ?? []),
  };
}

export function covers(
  { sections, ranges }: Erasure,
  place: { readonly origin: string; readonly index: number; readonly section: SectionName },
): boolean {
  return (
    sections.includes(place.section) &&
    ranges.some(
      ({ origin, first, last }) =>
        origin === place.origin && place.index >= first && place.index <= last,
    )
  );
}

function readRange(range: unknown): ErasedRange | null {
  const found = typeof range === 'string' ? /^(\S+) (\d{1,15})-(\d{1,15})$/.exec(range) : null;
  if (found === null) return null;
  const [, origin = '', first, last] = found;
  return { origin, first: Number(first), last: Number(last) };
}
