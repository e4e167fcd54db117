import { labelOf } from '@enlace/mla';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { formatDate } from '../../state/format.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { documentOf } from '../sharing/use-reading.js';
import { reminderWords } from './reminder-words.js';
import { StepDialog } from './step-dialog.js';
import { daysSince, firstExpiry, stepsOn, type BoardReader, type OfferedStep } from './steps.js';

/** One request: between whom, since when it stands there, whom it waits for, and what this person may do. */
export function BoardCard({
  listed,
  reader,
  onMoved,
}: {
  readonly listed: ListedRequest;
  readonly reader: BoardReader;
  readonly onMoved: () => void;
}) {
  const t = useMessages();
  const [doing, setDoing] = useState<OfferedStep | null>(null);
  const { tracked, held } = listed;
  const { requestId, requestingState: from, requestedState: to, status } = tracked;
  const steps = stepsOn(tracked, reader);
  return (
    <li className="card">
      <h3>
        {held === null ? (
          t('requests.untitled')
        ) : (
          <a href={hrefOfRequest(requestId, held.kind === 'draft' ? 'edit' : 'opinion')}>
            {held.title}
          </a>
        )}
      </h3>
      <p>
        {t('requests.pair', { from, to })} {t(`requests.waits.${status}`, { from, to })}
      </p>
      <Dates listed={listed} />
      <Reminders listed={listed} />
      <div className="acts">
        {steps.map((step) => (
          <Button key={step.to} className="button button-plain" onPress={() => setDoing(step)}>
            {t(`requests.step.${step.to}`)}
          </Button>
        ))}
      </div>
      {doing !== null && (
        <StepDialog listed={listed} step={doing} onMoved={onMoved} onClose={() => setDoing(null)} />
      )}
    </li>
  );
}

/** Since when, until when, and under which number. */
function Dates({ listed: { tracked, held } }: { readonly listed: ListedRequest }) {
  const t = useMessages();
  const language = useLanguage();
  const { statusAt, formalReference, nextReminderOn } = tracked;
  const expiry = held?.kind === 'draft' ? firstExpiry(documentOf(held.text)) : null;
  const days = daysSince(statusAt);
  return (
    <ul className="lines soft">
      <li>{t('requests.board.since', { when: formatDate(language, statusAt), days })}</li>
      {formalReference !== null && (
        <li>
          {t('requests.board.reference')} <span className="code">{formalReference}</span>
        </li>
      )}
      {expiry !== null && <li>{t('requests.board.preservation', { day: expiry })}</li>}
      {nextReminderOn !== null && <li>{t('requests.board.reminder', { day: nextReminderOn })}</li>}
    </ul>
  );
}

/** What comes near, by the draft as it is read here; and from the formal request on, who else is told. */
function Reminders({ listed: { due, isFormal } }: { readonly listed: ListedRequest }) {
  const t = useMessages();
  const language = useMlaLanguage();
  if (due.length === 0 && !isFormal) return null;
  return (
    <ul className="lines">
      {due.map((one) => (
        <li key={`${one.kind} ${one.on}`}>{reminderWords(t, one, language)}</li>
      ))}
      {isFormal && <li>{labelOf('reminders', 'inform')[language]}</li>}
    </ul>
  );
}
