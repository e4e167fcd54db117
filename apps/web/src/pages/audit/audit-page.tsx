import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActForm } from '../../components/act-form.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { RecordPage } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { AuditPlaces } from './audit-places.js';
import { EventSections } from './event-sections.js';
import { EventTable } from './event-table.js';
import { EVERYTHING, FilterFields } from './filter-fields.js';
import { narrowing } from './record-field.js';
import { scopeWord } from './record-words.js';
import { useShownEvent } from './use-shown-event.js';

/** Searches the record; every event was verified in the worker before it stands here. */
export function AuditPage() {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [filter, setFilter] = useState(EVERYTHING);
  const [page, setPage] = useState<RecordPage | null>(null);
  const { event, show, clear } = useShownEvent(acting);
  const search = async (cursor: string | null): Promise<void> => {
    const found = await worker().call('record.search', { filter: narrowing(filter), cursor });
    setPage((before) => (before === null || cursor === null ? found : joined(before, found)));
    clear();
  };
  useAtStart(() => acting.act(async () => search(null)));
  const isBroken = page?.events.some(({ standing }) => standing === 'refused') === true;
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('audit.title')} />
      <AuditPlaces route="audit" />
      <p>{t('audit.intro')}</p>
      <section className="card" aria-labelledby="audit-filter">
        <h2 id="audit-filter">{t('audit.filter')}</h2>
        <ActForm
          acting={acting}
          verb={t('audit.act')}
          waiting={t('audit.waiting')}
          isReady={!isOffline}
          onAct={async () => search(null)}
        >
          <FilterFields filter={filter} onChange={setFilter} />
        </ActForm>
      </section>
      {isBroken && (
        <p className="notice notice-problem" role="alert">
          {t('audit.broken')}
        </p>
      )}
      {page !== null && (
        <FoundEvents page={page} onShow={show}>
          {page.cursor !== null && !isBroken && (
            <Button
              className="button button-plain"
              isDisabled={acting.isBusy || isOffline}
              onPress={() => acting.act(async () => search(page.cursor))}
            >
              {t('audit.more')}
            </Button>
          )}
        </FoundEvents>
      )}
      {event !== null && <EventSections event={event} />}
    </div>
  );
}

function FoundEvents({
  page,
  onShow,
  children,
}: {
  readonly page: RecordPage;
  readonly onShow: (eventId: string) => void;
  readonly children: ReactNode;
}) {
  const t = useMessages();
  return (
    <div className="list">
      <output>{summaryOf(page, t)}</output>
      {!page.isQuorumMet && <p className="notice">{t('audit.few-witnesses')}</p>}
      {page.events.length > 0 && <EventTable events={page.events} onShow={onShow} />}
      {children}
    </div>
  );
}

/** A further page of the same search, after what was shown. */
function joined({ total, events }: RecordPage, next: RecordPage): RecordPage {
  return { ...next, total, events: [...events, ...next.events] };
}

function summaryOf(
  { events, total, scope }: RecordPage,
  t: ReturnType<typeof useMessages>,
): string {
  const shown = events.length;
  const proven = events.filter(({ standing }) => standing === 'proven').length;
  const counted = total ?? { count: shown, isMore: false };
  const all = t(counted.isMore ? 'audit.more-than' : 'audit.exactly', { count: counted.count });
  const found = shown === 0 ? t('audit.none') : t('audit.summary', { shown, all, proven });
  return `${found} ${scopeWord(t, scope)}`;
}
