import { Button } from 'react-aria-components/Button';

import { RecordTable } from '../../components/record-table.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RecordEvent } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { outcomeWord } from './record-words.js';

/** Events, newest first, each with what its check came to. */
export function EventTable({
  events,
  onShow,
}: {
  readonly events: readonly RecordEvent[];
  readonly onShow: (eventId: string) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const heads = (['time', 'type', 'outcome', 'state', 'actor', 'proof', 'open'] as const).map(
    (name) => t(`audit.head.${name}`),
  );
  const rows = events.map((event) => {
    const time = formatDateTime(language, event.occurredAt);
    const type = factOf(event, 'what', 'type');
    const label = t('audit.show.about', { type, time });
    return {
      key: event.eventId,
      cells: [
        <span key="time" className="whole">
          {time}
        </span>,
        <span key="type" className="code">
          {type}
        </span>,
        outcomeWord(t, factOf(event, 'what', 'outcome')),
        factOf(event, 'what', 'actorState'),
        <span key="actor" className="code">
          {actorOf(event)}
        </span>,
        <span key="proof" className={`whole standing standing-${event.standing}`}>
          {t(`audit.standing.${event.standing}`)}
        </span>,
        <Button
          key="open"
          className="button button-plain whole"
          aria-label={label}
          onPress={() => onShow(event.eventId)}
        >
          {t('audit.show')}
        </Button>,
      ],
    };
  });
  return <RecordTable caption={t('audit.found')} heads={heads} rows={rows} />;
}

/** The person where the reader may know; else the alias under which one is followed. */
function actorOf(event: RecordEvent): string {
  const person = factOf(event, 'who', 'actorId');
  return person === '–' ? factOf(event, 'what', 'actorAlias') : person;
}

function factOf({ sections }: RecordEvent, section: string, fact: string): string {
  const found = sections.find(({ name }) => name === section);
  return found?.facts.find(({ name }) => name === fact)?.value ?? '–';
}
