import { Figure } from './figure.js';
import { highestOf, placesInTime, type PlotPoint } from './points.js';

const WIDTH = 640;
const BARS = { top: 24, height: 120 } as const;
/** Where a number still fits. */
const LAST = WIDTH - 40;
const HEIGHT = BARS.top + BARS.height + 24;
/** A bar is never so narrow that it is not seen, nor so wide that one alone is a wall. */
const BAR = { least: 2, most: 48 } as const;

/** How much there was of something in each moment, from zero up. */
export function BarPlot({
  title,
  sentence,
  heads,
  points,
  word,
}: {
  readonly title: string;
  readonly sentence: string;
  /** Of the table: moment, number. */
  readonly heads: readonly [string, string];
  /** One a moment, in the order of time. */
  readonly points: readonly PlotPoint[];
  /** How a moment is called. */
  readonly word: (at: string) => string;
}) {
  const placed = placesInTime(points);
  const highest = highestOf(placed);
  const moments = (placed.at(-1)?.place ?? 0) + 1;
  const step = Math.min(BAR.most, WIDTH / moments);
  const foot = BARS.top + BARS.height;
  return (
    <Figure
      title={title}
      sentence={sentence}
      heads={heads}
      rows={points.map(({ at, value }) => [word(at), String(value)])}
      width={WIDTH}
      height={HEIGHT}
    >
      {placed.map(({ at, place, value }) => {
        const height = (BARS.height * value) / (highest?.value ?? 1);
        const width = Math.max(BAR.least, step * 0.8);
        return <rect key={at} x={place * step} y={foot - height} width={width} height={height} />;
      })}
      {highest !== null && (
        <text className="plot-number" x={Math.min(highest.place * step, LAST)} y={BARS.top - 6}>
          {highest.value}
        </text>
      )}
      <line className="plot-axis" x1={0} x2={WIDTH} y1={foot} y2={foot} />
      <Ends placed={placed} word={word} />
    </Figure>
  );
}

/** The first moment and the last one, below the axis. */
function Ends({
  placed,
  word,
}: {
  readonly placed: readonly PlotPoint[];
  readonly word: (at: string) => string;
}) {
  const [first, last] = [placed[0], placed.at(-1)];
  return (
    <>
      {first !== undefined && (
        <text className="plot-name" x={0} y={HEIGHT - 6}>
          {word(first.at)}
        </text>
      )}
      {last !== undefined && last !== first && (
        <text className="plot-name plot-end" x={WIDTH} y={HEIGHT - 6}>
          {word(last.at)}
        </text>
      )}
    </>
  );
}
