import { ALERT_STEPS } from '@enlace/contracts';
import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { RecordAlert } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { AuditPlaces } from '../audit/audit-places.js';
import { EventSections } from '../audit/event-sections.js';
import { useShownEvent } from '../audit/use-shown-event.js';
import { AlertCard } from './alert-card.js';

/** In place of a step: at whichever an alert is. */
const ANY = 'any';
const STEPS = [...ALERT_STEPS, ANY] as const;
type Asked = (typeof STEPS)[number];

/** What the rules found in the own State, and what people made of it. */
export function AlertsPage({ isAuditor }: { readonly isAuditor: boolean }) {
  const t = useMessages();
  const reading = useAct();
  const showing = useAct();
  const [step, setStep] = useState<Asked>('raised');
  const [alerts, setAlerts] = useState<readonly RecordAlert[] | null>(null);
  const { event, show, clear } = useShownEvent(showing);
  const read = (asked: Asked): void =>
    reading.act(async () => {
      setStep(asked);
      setAlerts(null);
      clear();
      setAlerts(await worker().call('record.alerts', { step: asked === ANY ? null : asked }));
    });
  useAtStart(() => read(step));
  return (
    <div className="sheet">
      <PageHeading text={t('alerts.title')} />
      {isAuditor && <AuditPlaces route="audit-alerts" />}
      <p>{t('alerts.intro')}</p>
      <ChoiceField
        label={t('alerts.which')}
        codes={STEPS}
        word={(code) => t(`alerts.which.${code}`)}
        value={step}
        onChange={read}
      />
      <ActProblem problem={reading.problem} />
      {alerts === null && reading.problem === null && (
        <p className="waiting">{t('alerts.loading')}</p>
      )}
      {alerts?.length === 0 && <p>{t('alerts.none')}</p>}
      <ul className="cards">
        {alerts?.map((alert) => (
          <AlertCard
            key={alert.alertId}
            alert={alert}
            onShow={isAuditor ? show : null}
            onMoved={(moved) => setAlerts((all) => replaced(all ?? [], moved))}
          />
        ))}
      </ul>
      <ActProblem problem={showing.problem} />
      {showing.isBusy && <p className="waiting">{t('audit.waiting')}</p>}
      {event !== null && <EventSections event={event} />}
    </div>
  );
}

/** What was moved stays where it was read, as it stands then. */
function replaced(all: readonly RecordAlert[], moved: RecordAlert): readonly RecordAlert[] {
  return all.map((each) => (each.alertId === moved.alertId ? moved : each));
}
