import { labelOf, printCsv, type Cell, type Provenance, type Table } from '@enlace/mla';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { RecordTable } from '../../components/record-table.js';
import { useMessages } from '../../i18n/use-messages.js';
import { saveText } from './save-text.js';
import { useMlaLanguage } from '../requests/request-words.js';

/** A table with a row for each element of the law and a column for each State. */
export function ComparedTable({ table }: { readonly table: Table }) {
  const t = useMessages();
  const { title, columns, rows } = table;
  const [, ...elements] = columns;
  const sources = sourcesOf(table);
  const states = rows.map(([name]) => name?.text ?? '');
  return (
    <LawTable table={table}>
      <RecordTable
        caption={title}
        areRowsNamed
        heads={[t('offences.element'), ...states]}
        rows={elements.map((element, at) => {
          const cells = rows.map((row) => row[at + 1]);
          const agreement = agreementOf(cells);
          return {
            key: element,
            cells: [
              <>
                {element}
                {agreement !== null && (
                  <span className="law-agreement">{t(`offences.${agreement}`)}</span>
                )}
              </>,
              ...cells.map((cell, state) => (
                <LawCell key={states[state]} cell={cell} sources={sources} />
              )),
            ],
          };
        })}
      />
    </LawTable>
  );
}

/** A table as it is, its first column naming the rows: in its own words, or in those of the page. */
export function ListedTable({
  table,
  nameOf = (name) => name,
}: {
  readonly table: Table;
  readonly nameOf?: (name: string) => string;
}) {
  const { title, columns, rows } = table;
  const sources = sourcesOf(table);
  return (
    <LawTable table={table}>
      <RecordTable
        caption={title}
        areRowsNamed
        heads={columns}
        rows={rows.map((row) => ({
          key: row[0]?.text ?? '',
          cells: row.map((cell, at) =>
            at === 0 ? (
              nameOf(cell.text)
            ) : (
              <LawCell key={columns[at]} cell={cell} sources={sources} />
            ),
          ),
        }))}
      />
    </LawTable>
  );
}

function LawTable({ table, children }: { readonly table: Table; readonly children: ReactNode }) {
  const t = useMessages();
  const language = useMlaLanguage();
  const sources = sourcesOf(table);
  const save = (): void =>
    saveText(`enlace-${table.id}-${language}.csv`, printCsv(table, language), 'text/csv');
  return (
    <div className="list">
      {children}
      {sources.length > 0 && (
        <details className="law-sources">
          <summary>{t('offences.sources', { count: sources.length })}</summary>
          <ol>
            {sources.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ol>
        </details>
      )}
      <Button className="button button-plain" onPress={save}>
        {t('offences.csv', { table: table.title })}
      </Button>
    </div>
  );
}

/** A value, how well it is known, and the numbers of what it is known from. */
function LawCell({
  cell,
  sources,
}: {
  readonly cell: Cell | undefined;
  readonly sources: readonly string[];
}) {
  const language = useMlaLanguage();
  const known = (cell?.facts ?? []).map((fact) => {
    const at = sources.indexOf(sourceOf(fact));
    const words = labelOf('confidences', fact.confidence)[language];
    return at < 0 ? words : `${words} [${at + 1}]`;
  });
  return (
    <>
      {cell?.text}
      {known.length > 0 && <span className="law-known">{[...new Set(known)].join(', ')}</span>}
    </>
  );
}

/** Where a fact was read and of when that is; empty for one that nobody has found. */
function sourceOf({ source, sourceDate }: Provenance): string {
  return [source, sourceDate].filter((part) => part !== null && part !== '').join(' · ');
}

function sourcesOf({ rows }: Table): readonly string[] {
  const all = rows.flatMap((row) => row.flatMap(({ facts }) => facts.map(sourceOf)));
  return [...new Set(all)].filter((source) => source !== '');
}

/** Whether laws say the same where each can be said in a word; null for texts, which people compare. */
function agreementOf(cells: readonly (Cell | undefined)[]): 'differ' | 'agree' | 'open' | null {
  const known = cells.flatMap((cell) =>
    cell?.facts.some(({ confidence }) => confidence !== 'unknown') === true ? [cell.text] : [],
  );
  if (known.some((text) => text.length > LONGEST_WORD)) return null;
  if (new Set(known).size > 1) return 'differ';
  return known.length === cells.length ? 'agree' : 'open';
}

/** Yes, no: a text that is longer is a sentence. In characters. */
const LONGEST_WORD = 3;
