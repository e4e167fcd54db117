import { Figure } from './figure.js';
import { highestOf, type PlotPoint } from './points.js';

const CELL = { width: 34, height: 28 } as const;
const NAMES = { width: 52, height: 26 } as const;
/** A number stays readable on the strongest cell. */
const STRONGEST = 0.45;
const WEAKEST = 0.1;

interface Line {
  readonly code: string;
  readonly word: string;
}

/** Rows against columns, the number in each cell; the colour says it again. */
export function GridPlot({
  title,
  sentence,
  heads,
  rows,
  columns,
  points,
}: {
  readonly title: string;
  readonly sentence: string;
  /** Of the table: row, column, number. */
  readonly heads: readonly [string, string, string];
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
  /** `series` is the code of a row, `at` that of a column. */
  readonly points: readonly PlotPoint[];
}) {
  const highest = highestOf(points)?.value ?? 0;
  const valueAt = (row: Line, column: Line): number =>
    points.find(({ series, at }) => series === row.code && at === column.code)?.value ?? 0;
  const told = rows.flatMap((row) =>
    columns.flatMap((column) => {
      const value = valueAt(row, column);
      return value === 0 ? [] : [[row.word, column.word, String(value)]];
    }),
  );
  return (
    <Figure
      title={title}
      sentence={sentence}
      heads={heads}
      rows={told}
      width={NAMES.width + columns.length * CELL.width}
      height={NAMES.height + rows.length * CELL.height}
    >
      {columns.map(({ code, word }, at) => (
        <text key={code} className="plot-name plot-middle" x={middleOf(at)} y={NAMES.height - 8}>
          {word}
        </text>
      ))}
      {rows.map((row, down) => (
        <g key={row.code} transform={`translate(0 ${NAMES.height + down * CELL.height})`}>
          <text className="plot-name" x={0} y={CELL.height / 2 + 5}>
            {row.word}
          </text>
          {columns.map((column, across) => (
            <Cell
              key={column.code}
              across={across}
              value={valueAt(row, column)}
              highest={highest}
            />
          ))}
        </g>
      ))}
    </Figure>
  );
}

function Cell({
  across,
  value,
  highest,
}: {
  readonly across: number;
  readonly value: number;
  readonly highest: number;
}) {
  const strength = value === 0 ? 0 : WEAKEST + (STRONGEST - WEAKEST) * (value / highest);
  return (
    <>
      <rect
        className="plot-cell"
        x={NAMES.width + across * CELL.width}
        y={0}
        width={CELL.width}
        height={CELL.height}
        fillOpacity={strength}
      />
      {value > 0 && (
        <text className="plot-number plot-middle" x={middleOf(across)} y={CELL.height / 2 + 5}>
          {value}
        </text>
      )}
    </>
  );
}

function middleOf(across: number): number {
  return NAMES.width + (across + 0.5) * CELL.width;
}
