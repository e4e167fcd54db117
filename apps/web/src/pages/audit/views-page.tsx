import { AUDIT_VIEWS } from '@enlace/contracts';
import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { RecordView } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { AuditPlaces } from './audit-places.js';
import { narrowing, RecordField } from './record-field.js';
import { EventSections } from './event-sections.js';
import { useShownEvent } from './use-shown-event.js';
import { ViewFigure } from './view-figure.js';
import { ViewTable } from './view-table.js';

type ViewName = (typeof AUDIT_VIEWS)[number];
const FIELDS = ['case', 'actor', 'request', 'from', 'to'] as const;
/** A question about one thing has to be told which. */
const NEEDED: Partial<Readonly<Record<ViewName, 'case' | 'actor' | 'request'>>> = {
  'case-access': 'case',
  'person-activity': 'actor',
  'subject-access': 'case',
  'request-life': 'request',
};
const NOTHING = { case: '', actor: '', request: '', from: '', to: '' };

/** The questions of auditors, each with its table. */
export function ViewsPage() {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [name, setName] = useState<ViewName>('audit-of-audit');
  const [query, setQuery] = useState(NOTHING);
  const [view, setView] = useState<RecordView | null>(null);
  const shown = useShownEvent(acting);
  const needed = NEEDED[name];
  const isWhole = needed === undefined || query[needed] !== '';
  const ask = async (): Promise<void> => {
    setView(null);
    shown.clear();
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
          isReady={!isOffline && isWhole}
          onAct={ask}
        >
          <QuestionFields name={name} onName={setName} query={query} onQuery={setQuery} />
        </ActForm>
      </section>
      {view !== null && (
        <>
          <ViewFigure view={view} />
          <ViewTable view={view} onShow={shown.show} />
        </>
      )}
      {shown.event !== null && <EventSections event={shown.event} />}
    </div>
  );
}

/** Which question, and about what. */
function QuestionFields({
  name,
  onName,
  query,
  onQuery,
}: {
  readonly name: ViewName;
  readonly onName: (next: ViewName) => void;
  readonly query: typeof NOTHING;
  readonly onQuery: (next: typeof NOTHING) => void;
}) {
  const t = useMessages();
  const id = useId();
  const needed = NEEDED[name];
  return (
    <>
      <label htmlFor={id}>{t('audit.views.question')}</label>
      <select
        id={id}
        className="input input-words"
        value={name}
        onChange={(event) =>
          onName(AUDIT_VIEWS.find((each) => each === event.target.value) ?? name)
        }
      >
        {AUDIT_VIEWS.map((each) => (
          <option key={each} value={each}>
            {t(`audit.view.${each}`)}
          </option>
        ))}
      </select>
      {needed !== undefined && <p className="soft">{t(`audit.views.needs.${needed}`)}</p>}
      <div className="fields">
        {FIELDS.map((field) => (
          <RecordField
            key={field}
            label={t(`audit.field.${field}`)}
            value={query[field]}
            onChange={(value) => onQuery({ ...query, [field]: value })}
          />
        ))}
      </div>
    </>
  );
}
