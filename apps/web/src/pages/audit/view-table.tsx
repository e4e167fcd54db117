import { RecordTable } from '../../components/record-table.js';
import { isMessageKey } from '../../i18n/messages.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RecordView } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { OpenEvent } from './open-event.js';
import { codeWord, factWord, scopeWord } from './record-words.js';

type Cell = RecordView['rows'][number][number] | undefined;

/** The answer to a question: of how many events, how far they reach, and the rows; one event can be opened. */
export function ViewTable({
  view,
  onShow,
}: {
  readonly view: RecordView;
  readonly onShow: (eventId: string) => void;
}) {
  const t = useMessages();
  const { columns, rows, count, isMore, lastIntegrated } = view;
  const key = `audit.view.${view.view}`;
  const title = isMessageKey(key) ? t(key) : view.view;
  const eventAt = columns.indexOf('eventId');
  // A column in which nothing stands says nothing, and an event is opened rather than named.
  const told = columns.flatMap((column, at) =>
    at !== eventAt && rows.some((cells) => isTold(cells[at])) ? [{ column, at }] : [],
  );
  const heads = told.map(({ column }) => factWord(t, column));
  return (
    <div className="list">
      <output>
        {t(rows.length === 0 ? 'audit.views.none' : 'audit.views.counted', { count })}
        {isMore && ` ${t('audit.views.newest')}`} {scopeWord(t, view.scope)}
        {lastIntegrated !== null && ` ${t('audit.views.reach', { ...lastIntegrated })}`}
      </output>
      {rows.length > 0 && (
        <RecordTable
          caption={title}
          heads={eventAt === -1 ? heads : [...heads, t('audit.head.open')]}
          rows={rows.map((cells, row) => ({
            key: String(row),
            cells: [
              ...told.map(({ column, at }) => (
                <ViewCell key={at} column={column} cell={cells[at]} />
              )),
              openOf(cells[eventAt], onShow),
            ],
          }))}
        />
      )}
    </div>
  );
}

function openOf(eventId: Cell, onShow: (eventId: string) => void) {
  return typeof eventId === 'string' ? (
    <OpenEvent key="open" eventId={eventId} onShow={onShow} />
  ) : null;
}

function isTold(cell: Cell): boolean {
  return cell !== null && cell !== undefined && cell !== '';
}

function ViewCell({ column, cell }: { readonly column: string; readonly cell: Cell }) {
  const t = useMessages();
  const language = useLanguage();
  if (!isTold(cell)) return '–';
  const text = codeWord(t, column, String(cell));
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) {
    return <span className="whole">{formatDateTime(language, text)}</span>;
  }
  return <span className={text.length > 20 ? 'code' : 'whole'}>{text}</span>;
}
