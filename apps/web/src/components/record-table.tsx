import type { ReactNode } from 'react';

interface RecordTableProps {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  /** The first cell of a row names it. */
  readonly areRowsNamed?: boolean;
}

/** A table that becomes cards where the screen is narrow: the same cells, each under its head. */
export function RecordTable({
  caption,
  heads,
  rows,
  areRowsNamed = false,
}: RecordTableProps): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it (WCAG 2.1.1)
    <section className="table-place" aria-label={caption} tabIndex={0}>
      <table className="table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {heads.map((head, at) => {
                const isName = areRowsNamed && at === 0;
                const Cell = isName ? 'th' : 'td';
                return (
                  <Cell key={head} scope={isName ? 'row' : undefined}>
                    <span className="table-head" aria-hidden="true">
                      {head}
                    </span>
                    <span>{cells[at]}</span>
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
