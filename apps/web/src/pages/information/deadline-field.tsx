import { useId } from 'react';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { deadlineWords, ownZone } from '../entries/deadline-words.js';

/** A day and hour, shown also by the clock of whoever has to answer. */
export function DeadlineField({
  label,
  value,
  zone,
  onChange,
}: {
  readonly label?: string;
  readonly value: string;
  readonly zone: string | null;
  readonly onChange: (value: string) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const id = useId();
  const ms = Date.parse(value);
  const shown = Number.isNaN(ms)
    ? null
    : deadlineWords(language, new Date(ms).toISOString(), zone ?? ownZone());
  return (
    <div className="question">
      <label htmlFor={id}>{label ?? t('thread.ask.deadline')}</label>
      <input
        id={id}
        type="datetime-local"
        className="input input-words"
        aria-describedby={`${id}-zones`}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={`${id}-zones`} className="soft">
        {shown === null
          ? t('information.deadline.help')
          : t('information.deadline', { deadline: shown })}
      </p>
    </div>
  );
}
