import { MARKS, type LaneEvent } from '../../plots/marks.js';
import type { RecordView } from '../../protocol/operations.js';

/** So many people have a lane of their own; the table has everybody. */
const LANES = 20;
/** As much of an id as tells people of one case apart. */
const NAME_CHARACTERS = 8;

/** The rows of the question who accessed a case, oldest first; one without a moment or an act is not drawn. */
export function accessesIn({ columns, rows }: RecordView): readonly LaneEvent[] {
  const of = (row: RecordView['rows'][number], column: string): string =>
    String(row[columns.indexOf(column)] ?? '');
  return rows
    .flatMap((row) => {
      const atMs = Date.parse(of(row, 'at'));
      const mark = MARKS.find((each) => each === of(row, 'mark'));
      if (mark === undefined || Number.isNaN(atMs)) return [];
      const lane = `${of(row, 'actorState')} ${of(row, 'actor').slice(0, NAME_CHARACTERS)}`.trim();
      return [{ key: of(row, 'eventId'), lane, atMs, mark }];
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}

/** Who is drawn: those with the most accesses, together by State. */
export function lanesOf(accesses: readonly LaneEvent[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { lane } of accesses) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, LANES)
    .map(([lane]) => lane)
    .toSorted();
}
