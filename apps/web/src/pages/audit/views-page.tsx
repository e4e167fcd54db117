import { AUDIT_VIEWS } from '@enlace/contracts';
import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { PageHeading } from '../../components/page-heading.js';
import { RecordTable } from '../../components/record-table.js';
import { isMessageKey } from '../../i18n/messages.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RecordView } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { AuditPlaces } from './audit-places.js';
import { narrowing, RecordField } from './record-field.js';
import { factWord } from './record-words.js';

type ViewName = (typeof AUDIT_VIEWS)[number];
const FIELDS = ['case', 'actor', 'request', 'from', 'to'] as const;
const NOTHING = { case: '', actor: '', request: '', from: '', to: '' };

/** The questions of auditors, each with its table. */
export function ViewsPage() {
  const t = useMessages();
  const id = useId();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [name, setName] = useState<ViewName>('audit-of-audit');
  const [query, setQuery] = useState(NOTHING);
  const [view, setView] = useState<RecordView | null>(null);
  const ask = async (): Promise<void> => {
    setView(null);
    setView(await worker().call('record.view', { view: name, filter: narrowing(query) }));
  };
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('audit.views.title')} />
      <AuditPlaces route="audit-views" />
      <p>{t('audit.views.intro')}</p>
      <section className="card">
        <ActForm
          acting={acting}
          verb={t('audit.views.act')}
          waiting={t('audit.waiting')}
          isReady={!isOffline}
          onAct={ask}
        >
          <label htmlFor={id}>{t('audit.views.question')}</label>
          <select
            id={id}
            className="input input-words"
            value={name}
            onChange={(event) =>
              setName(AUDIT_VIEWS.find((each) => each === event.target.value) ?? name)
            }
          >
            {AUDIT_VIEWS.map((each) => (
              <option key={each} value={each}>
                {t(`audit.view.${each}`)}
              </option>
            ))}
          </select>
          <div className="fields">
            {FIELDS.map((field) => (
              <RecordField
                key={field}
                label={t(`audit.field.${field}`)}
                value={query[field]}
                onChange={(value) => setQuery({ ...query, [field]: value })}
              />
            ))}
          </div>
        </ActForm>
      </section>
      {view !== null && <ViewTable view={view} />}
    </div>
  );
}

function ViewTable({ view }: { readonly view: RecordView }) {
  const t = useMessages();
  const { columns, rows, count, isMore } = view;
  const key = `audit.view.${view.view}`;
  const title = isMessageKey(key) ? t(key) : view.view;
  // A column in which nothing stands says nothing.
  const told = columns.flatMap((column, at) =>
    rows.some((cells) => isTold(cells[at])) ? [{ column, at }] : [],
  );
  return (
    <div className="list">
      <output>
        {t(rows.length === 0 ? 'audit.views.none' : 'audit.views.counted', { count })}
        {isMore && ` ${t('audit.views.newest')}`}
      </output>
      {rows.length > 0 && (
        <RecordTable
          caption={title}
          heads={told.map(({ column }) => factWord(t, column))}
          rows={rows.map((cells, row) => ({
            key: String(row),
            cells: told.map(({ at }) => <ViewCell key={at} cell={cells[at]} />),
          }))}
        />
      )}
    </div>
  );
}

type Cell = RecordView['rows'][number][number] | undefined;

function isTold(cell: Cell): boolean {
  return cell !== null && cell !== undefined && cell !== '';
}

function ViewCell({ cell }: { readonly cell: Cell }) {
  const language = useLanguage();
  if (!isTold(cell)) return '–';
  const text = String(cell);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) {
    return <span className="whole">{formatDateTime(language, text)}</span>;
  }
  return <span className={text.length > 20 ? 'code' : 'whole'}>{text}</span>;
}
