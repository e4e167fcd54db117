import { REGIONAL_AUTHORITY, STATES } from '@enlace/contracts';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { BarPlot } from '../../plots/bar-plot.js';
import { GridPlot } from '../../plots/grid-plot.js';
import { LanePlot } from '../../plots/lane-plot.js';
import { byMoment, highestOf, momentMs, totalOf } from '../../plots/points.js';
import type { RecordView } from '../../protocol/operations.js';
import { formatDateTime, formatUtcDay, formatWeekday } from '../../state/format.js';
import { accessesIn, lanesOf } from './accesses.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
const EVERYBODY = [...STATES, REGIONAL_AUTHORITY].map((code) => ({ code, word: code }));

interface Drawn {
  readonly view: RecordView;
}

/** The answer to a question as a figure, where one says more than its table. */
export function ViewFigure({ view }: Drawn) {
  if (view.rows.length === 0) return null;
  if (view.view === 'case-access') return <AccessLanes view={view} />;
  if (view.plot.length === 0) return null;
  if (view.view === 'off-hours') return <HourGrid view={view} />;
  if (view.view === 'state-matrix') return <StateGrid view={view} />;
  // Its numbers are minutes of a journey, which the table does not count.
  return view.view === 'places' ? null : <MomentBars view={view} />;
}

function AccessLanes({ view }: Drawn) {
  const t = useMessages();
  const language = useLanguage();
  const accesses = accessesIn(view);
  const lanes = lanesOf(accesses);
  const drawn = accesses.filter(({ lane }) => lanes.includes(lane));
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (first === undefined || last === undefined) return null;
  const moment = (atMs: number): string => formatDateTime(language, new Date(atMs).toISOString());
  return (
    <LanePlot
      title={t('audit.plot.lanes')}
      sentence={t('audit.plot.lanes.told', {
        people: lanes.length,
        count: drawn.length,
        refused: drawn.filter(({ mark }) => mark === 'refused').length,
        from: moment(first.atMs),
        until: moment(last.atMs),
      })}
      heads={[t('audit.column.at'), t('audit.column.actor'), t('audit.column.mark')]}
      lanes={lanes}
      events={drawn}
      markWord={(mark) => t(`audit.mark.${mark}`)}
      momentWord={moment}
    />
  );
}

function HourGrid({ view: { plot } }: Drawn) {
  const t = useMessages();
  const language = useLanguage();
  const days = WEEKDAYS.map((code, at) => ({ code, word: formatWeekday(language, at) }));
  const most = highestOf(plot);
  return (
    <GridPlot
      title={t('audit.plot.hours')}
      sentence={t('audit.plot.hours.told', {
        day: days.find(({ code }) => code === most?.series)?.word ?? '',
        hour: most?.at ?? '',
        value: most?.value ?? 0,
        count: totalOf(plot),
      })}
      heads={[t('audit.plot.day'), t('audit.plot.hour'), t('audit.column.count')]}
      rows={days}
      columns={HOURS.map((hour) => ({ code: hour, word: hour }))}
      points={plot}
    />
  );
}

function StateGrid({ view: { plot } }: Drawn) {
  const t = useMessages();
  const most = highestOf(plot);
  return (
    <GridPlot
      title={t('audit.plot.matrix')}
      sentence={t('audit.plot.matrix.told', {
        reader: most?.series ?? '',
        owner: most?.at ?? '',
        value: most?.value ?? 0,
        count: totalOf(plot),
      })}
      heads={[t('audit.column.reads'), t('audit.column.ownerState'), t('audit.column.count')]}
      rows={EVERYBODY}
      columns={EVERYBODY}
      points={plot}
    />
  );
}

function MomentBars({ view: { plot } }: Drawn) {
  const t = useMessages();
  const language = useLanguage();
  const points = byMoment(plot);
  const most = highestOf(points);
  const word = (at: string): string => {
    const ms = momentMs(at);
    if (ms === null) return at;
    const instant = new Date(ms).toISOString();
    return at.includes('T') ? formatDateTime(language, instant) : formatUtcDay(language, instant);
  };
  return (
    <BarPlot
      title={t('audit.plot.time')}
      sentence={t('audit.plot.time.told', {
        count: totalOf(points),
        value: most?.value ?? 0,
        at: word(most?.at ?? ''),
      })}
      heads={[t('audit.column.at'), t('audit.column.count')]}
      points={points}
      word={word}
    />
  );
}
