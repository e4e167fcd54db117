import { systemClock } from '@enlace/kernel';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { formatDateTime } from '../../state/format.js';
import { deadlineWords } from './deadline-words.js';
import type { SaidText } from './entry-place.js';
import { plainName } from './person-words.js';

/** What was formally said of a message: marks, and whether what was asked for was acknowledged. */
export function EntryStanding({ said: { marks, asks } }: { readonly said: SaidText }) {
  const t = useMessages();
  const language = useLanguage();
  if (marks.length === 0 && asks.length === 0) return null;
  return (
    <ul className="standings">
      {marks.map(({ seq, mark, by, at, note }) => (
        <li key={seq} className={mark === 'objection' ? 'standing-objection' : ''}>
          {t(`thread.mark.${mark}`, { who: plainName(t, by), when: formatDateTime(language, at) })}
          {note !== null && <span className="entry-text">{note}</span>}
        </li>
      ))}
      {asks.map((asked) => (
        <Asked key={asked.seq} asked={asked} />
      ))}
    </ul>
  );
}

function Asked({ asked }: { readonly asked: SaidText['asks'][number] }) {
  const t = useMessages();
  const language = useLanguage();
  const { by, deadline, zone, answers } = asked;
  return (
    <li>
      {t('thread.ack.asked', {
        who: plainName(t, by),
        deadline: deadlineWords(language, deadline, zone),
      })}
      <ul>
        {answers.map(({ person, givenAt, isLate }) => {
          const who = plainName(t, person);
          if (givenAt === null) {
            const isOverdue = systemClock.nowMs() > Date.parse(deadline);
            return (
              <li key={person.personId}>
                {t(isOverdue ? 'thread.ack.overdue' : 'thread.ack.pending', { who })}
              </li>
            );
          }
          const when = formatDateTime(language, givenAt);
          return (
            <li key={person.personId}>
              {t(isLate ? 'thread.ack.late' : 'thread.ack.done', { who, when })}
            </li>
          );
        })}
      </ul>
    </li>
  );
}
