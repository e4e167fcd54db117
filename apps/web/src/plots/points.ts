/** One number of a figure: of a series, at a place or a moment. */
export interface PlotPoint {
  readonly series: string;
  readonly at: string;
  readonly value: number;
}

export function highestOf<Point extends PlotPoint>(points: readonly Point[]): Point | null {
  return points.reduce<Point | null>(
    (highest, point) => (highest === null || point.value > highest.value ? point : highest),
    null,
  );
}

export function totalOf(points: readonly PlotPoint[]): number {
  return points.reduce((sum, { value }) => sum + value, 0);
}

/** All series of a moment together, in the order of time. */
export function byMoment(points: readonly PlotPoint[]): readonly PlotPoint[] {
  const sums = new Map<string, number>();
  for (const { at, value } of points) sums.set(at, (sums.get(at) ?? 0) + value);
  return [...sums]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([at, value]) => ({ series: '', at, value }));
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A moment as `2026-11-03` or `2026-11-03T14:00`, both in UTC; null for whatever else. */
export function momentMs(at: string): number | null {
  const ms = Date.parse(at.includes('T') ? `${at}Z` : at);
  return Number.isNaN(ms) ? null : ms;
}

/** A place in a row of moments of the same length, without leaving out those in which nothing was. */
export interface Placed extends PlotPoint {
  readonly place: number;
}

/** Where each moment stands from the first one on; what is no moment is left out. */
export function placesInTime(points: readonly PlotPoint[]): readonly Placed[] {
  const known = points.flatMap((point) => {
    const ms = momentMs(point.at);
    return ms === null ? [] : [{ point, ms }];
  });
  const stepMs = points.some(({ at }) => at.includes('T')) ? HOUR_MS : DAY_MS;
  const [first] = known.map(({ ms }) => ms).toSorted((one, other) => one - other);
  return known.map(({ point, ms }) => ({
    ...point,
    place: Math.round((ms - (first ?? ms)) / stepMs),
  }));
}
