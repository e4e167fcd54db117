import type { ReactNode } from 'react';

import { Figure } from './figure.js';
import { MARKS, type LaneEvent, type Mark } from './marks.js';

const WIDTH = 720;
const LANE = 28;
const NAMES = 148;
const EDGE = 12;
const FOOT = 24;
const LEGEND = 110;
/** Half of a mark. */
const SIZE = 5;

/** What happened in time, a lane each for who did it. */
export function LanePlot({
  title,
  sentence,
  heads,
  lanes,
  events,
  markWord,
  momentWord,
}: {
  readonly title: string;
  readonly sentence: string;
  /** Of the table: moment, lane, mark. */
  readonly heads: readonly [string, string, string];
  readonly lanes: readonly string[];
  readonly events: readonly LaneEvent[];
  readonly markWord: (mark: Mark) => string;
  readonly momentWord: (atMs: number) => string;
}) {
  const times = events.map(({ atMs }) => atMs);
  const [from, until] = [Math.min(...times), Math.max(...times)];
  const room = WIDTH - NAMES - 2 * EDGE;
  const across = (atMs: number): number =>
    NAMES + EDGE + (until === from ? room / 2 : (room * (atMs - from)) / (until - from));
  const foot = lanes.length * LANE;
  return (
    <Figure
      title={title}
      sentence={sentence}
      heads={heads}
      rows={events.map(({ atMs, lane, mark }) => [momentWord(atMs), lane, markWord(mark)])}
      width={WIDTH}
      height={foot + 2 * FOOT}
    >
      {lanes.map((lane, down) => (
        <g key={lane} transform={`translate(0 ${down * LANE})`}>
          <Lane
            name={lane}
            events={events.filter((event) => event.lane === lane)}
            across={across}
          />
        </g>
      ))}
      <text className="plot-name" x={NAMES} y={foot + FOOT - 6}>
        {momentWord(from)}
      </text>
      <text className="plot-name plot-end" x={WIDTH} y={foot + FOOT - 6}>
        {until === from ? '' : momentWord(until)}
      </text>
      <g transform={`translate(${SIZE} ${foot + 2 * FOOT - 10})`}>
        <Legend events={events} markWord={markWord} />
      </g>
    </Figure>
  );
}

/** One person or thing in time. */
function Lane({
  name,
  events,
  across,
}: {
  readonly name: string;
  readonly events: readonly LaneEvent[];
  readonly across: (atMs: number) => number;
}) {
  return (
    <>
      <line className="plot-axis" x1={NAMES} x2={WIDTH} y1={LANE / 2} y2={LANE / 2} />
      <text className="plot-name" x={0} y={LANE / 2 + 5}>
        {name}
      </text>
      {events.map(({ key, atMs, mark }) => (
        <g key={key} transform={`translate(${across(atMs)} ${LANE / 2})`}>
          <MarkShape mark={mark} />
        </g>
      ))}
    </>
  );
}

/** The marks that are there, each with its word. */
function Legend({
  events,
  markWord,
}: {
  readonly events: readonly LaneEvent[];
  readonly markWord: (mark: Mark) => string;
}) {
  const used = MARKS.filter((mark) => events.some((event) => event.mark === mark));
  return used.map((mark, at) => (
    <g key={mark} transform={`translate(${at * LEGEND} 0)`}>
      <MarkShape mark={mark} />
      <text className="plot-name" x={2 * SIZE} y={5}>
        {markWord(mark)}
      </text>
    </g>
  ));
}

const SHAPES: Readonly<Record<Mark, ReactNode>> = {
  read: <circle r={SIZE} />,
  download: <path d={`M${-SIZE} ${-SIZE}h${2 * SIZE}l${-SIZE} ${2 * SIZE}z`} />,
  share: <path d={`M0 ${-SIZE}l${SIZE} ${SIZE}l${-SIZE} ${SIZE}l${-SIZE} ${-SIZE}z`} />,
  write: <rect x={-SIZE} y={-SIZE} width={2 * SIZE} height={2 * SIZE} />,
  refused: (
    <path
      d={`M${-SIZE} ${-SIZE}l${2 * SIZE} ${2 * SIZE}m0 ${-2 * SIZE}l${-2 * SIZE} ${2 * SIZE}`}
    />
  ),
};

function MarkShape({ mark }: { readonly mark: Mark }) {
  return <g className={`plot-mark plot-mark-${mark}`}>{SHAPES[mark]}</g>;
}
