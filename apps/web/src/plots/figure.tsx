import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { RecordTable } from '../components/record-table.js';
import { useMessages } from '../i18n/use-messages.js';

interface FigureProps {
  readonly title: string;
  /** What the figure comes to; its name for who does not see it. */
  readonly sentence: string;
  readonly heads: readonly string[];
  /** The numbers of the figure. */
  readonly rows: readonly (readonly string[])[];
  /** Shapes of an SVG as wide as `width` and as high as `height`. */
  readonly children: ReactNode;
  readonly width: number;
  readonly height: number;
}

/** A figure with its result in one sentence, and the same numbers as a table. */
export function Figure(figure: FigureProps): ReactNode {
  const { title, sentence, heads, rows, children, width, height } = figure;
  const t = useMessages();
  const [isTable, setTable] = useState(false);
  return (
    <div className="card">
      <h2>{title}</h2>
      <p>{sentence}</p>
      {isTable ? (
        <RecordTable
          caption={title}
          heads={heads}
          rows={rows.map((cells, at) => ({ key: String(at), cells }))}
        />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it (WCAG 2.1.1)
        <section className="table-place" aria-label={title} tabIndex={0}>
          {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the shapes take the colours of the page */}
          <svg className="plot" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
            {children}
          </svg>
        </section>
      )}
      <Button className="button button-plain" onPress={() => setTable(!isTable)}>
        {t(isTable ? 'plot.as-figure' : 'plot.as-table')}
      </Button>
    </div>
  );
}
