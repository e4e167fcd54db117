import type { StateCode } from '@enlace/contracts';

import type { Finding, Grounds } from './rule.js';
import { grouped, HOUR_MS } from './rule.js';

/** Numbers of a device's counter that no event has used, between two that have. */
export interface CounterGap {
  readonly deviceId: string;
  readonly state: StateCode | null;
  readonly first: number;
  readonly last: number;
  /** The events before and after: between them something was asked for without a record, or lost. */
  readonly before: string;
  readonly after: string;
  readonly afterAtMs: number;
}

/** Ranges, `n` or `n-m`, that a device reported as abandoned when it signed in. */
export type Abandoned = ReadonlyMap<string, readonly string[]>;

/** Gaps that nobody explains, a day after they became visible. */
export function counterGaps(
  gaps: readonly CounterGap[],
  abandoned: Abandoned,
  { nowMs, thresholds }: Grounds,
): readonly Finding[] {
  return gaps.flatMap((gap): Finding[] => {
    const state = gap.state ?? 'XR';
    const hours = thresholds(state, 'counter-gap.hours');
    const waited = Math.floor((nowMs - gap.afterAtMs) / HOUR_MS);
    const missing = missingOf(gap, abandoned.get(gap.deviceId) ?? []);
    if (waited < hours || missing === 0) return [];
    return [
      {
        rule: 'counter-gap',
        state,
        subject: `${gap.deviceId}/${gap.first}`,
        numbers: [gap.first, gap.last, missing, hours],
        eventIds: [gap.before, gap.after],
      },
    ];
  });
}

function missingOf({ first, last }: CounterGap, ranges: readonly string[]): number {
  const explained = ranges.map((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map(Number);
    return { from: Math.max(from, first), to: Math.min(to, last) };
  });
  const numbers = explained
    .filter(({ from, to }) => from <= to)
    .toSorted((a, b) => a.from - b.from);
  let covered = 0;
  let next = first;
  for (const { from, to } of numbers) {
    covered += Math.max(0, to - Math.max(from, next) + 1);
    next = Math.max(next, to + 1);
  }
  return last - first + 1 - covered;
}

/** A business row without an event: code that forgot to record, or a hand in the tables. */
export interface Difference {
  readonly state: StateCode | null;
  /** The table, and which way it differs. */
  readonly what: string;
  readonly id: string;
}

/** One alert for each kind of row and State, however many rows differ. */
export function reconciliationDifferences(
  differences: readonly Difference[],
  day: number,
): readonly Finding[] {
  const groups = grouped(differences, ({ state, what }) => `${state ?? 'XR'}/${what}`);
  return [...groups].map(([key, rows]): Finding => ({
    rule: 'reconciliation-difference',
    state: rows[0]?.state ?? 'XR',
    subject: `${key}/${day}`,
    numbers: [rows.length, 0],
    eventIds: [],
  }));
}
