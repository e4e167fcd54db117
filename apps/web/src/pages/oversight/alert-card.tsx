import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { Fact } from '../../components/fact.js';
import { isMessageKey } from '../../i18n/messages.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RecordAlert } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { OpenEvent } from '../audit/open-event.js';
import { AlertDialog, type AlertAct } from './alert-dialog.js';

interface AlertCardProps {
  readonly alert: RecordAlert;
  /** Opens an event that the rule counted; null for whoever may not read it. */
  readonly onShow: ((eventId: string) => void) | null;
  readonly onMoved: (alert: RecordAlert) => void;
}

/** One alert: its rule, the numbers that the rule compared, the events that it counted, and who has looked at it. */
export function AlertCard({ alert, onShow, onMoved }: AlertCardProps) {
  const t = useMessages();
  const language = useLanguage();
  const id = useId();
  const [act, setAct] = useState<AlertAct | null>(null);
  const { step, rule, numbers, raisedAt, changedAt, changedBy } = alert;
  const key = `alerts.rule.${rule}`;
  const name = isMessageKey(key) ? t(key) : rule;
  const moment = formatDateTime(language, raisedAt);
  return (
    <li className="card" aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <dl className="facts">
        <Fact name={t('audit.column.rule')}>
          <span className="code">{rule}</span>
        </Fact>
        <Fact name={t('alerts.raised-at')}>{moment}</Fact>
        <Fact name={t('audit.column.numbers')}>{numberWords(t, numbers)}</Fact>
        <Fact name={t('alerts.step')}>{t(`alerts.step.${step}`)}</Fact>
        {changedAt !== null && (
          <Fact name={t('alerts.changed')}>
            {formatDateTime(language, changedAt)} <span className="code">{changedBy ?? ''}</span>
          </Fact>
        )}
      </dl>
      <AlertEvents alert={alert} onShow={onShow} />
      <div className="acts">
        {ACTS[step].map((each) => (
          <Button
            key={each}
            className="button button-plain"
            aria-label={t('act.about', { act: t(`alerts.${each}`), name: `${name}, ${moment}` })}
            onPress={() => setAct(each)}
          >
            {t(`alerts.${each}`)}
          </Button>
        ))}
      </div>
      {act !== null && (
        <AlertDialog
          act={act}
          name={name}
          alertId={alert.alertId}
          onMoved={onMoved}
          onClose={() => setAct(null)}
        />
      )}
    </li>
  );
}

/** What may be done about an alert at each step. */
const ACTS: Readonly<Record<RecordAlert['step'], readonly AlertAct[]>> = {
  raised: ['acknowledge', 'close'],
  acknowledged: ['close'],
  closed: [],
};

/** So that the sum can be redone from what the rule counted. */
function AlertEvents({ alert, onShow }: Pick<AlertCardProps, 'alert' | 'onShow'>) {
  const t = useMessages();
  const { eventIds } = alert;
  if (eventIds.length === 0) return null;
  return (
    <details>
      <summary>{t('alerts.events', { count: eventIds.length })}</summary>
      <ul className="lines">
        {eventIds.map((eventId) => (
          <li key={eventId}>
            <span className="code">{eventId}</span>{' '}
            {onShow !== null && <OpenEvent eventId={eventId} onShow={onShow} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The last of the numbers is the threshold that the others were held against. */
function numberWords(t: ReturnType<typeof useMessages>, numbers: readonly number[]): string {
  const found = numbers.slice(0, -1).join(', ');
  return t('alerts.numbers', { found, threshold: numbers.at(-1) ?? 0 });
}
