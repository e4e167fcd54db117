import { useId } from 'react';

import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';

/** One of some people, by name and office; nobody at first. */
export function PersonChoice({
  label,
  people,
  value,
  onChange,
}: {
  readonly label: string;
  readonly people: ResultOf<'thread.candidates'>;
  readonly value: string;
  readonly onChange: (personId: string) => void;
}) {
  const t = useMessages();
  const said = useBilingual();
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input input-words"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{t('thread.choose')}</option>
        {people.map(({ personId, name, title }) => (
          <option key={personId} value={personId}>
            {name ?? personId}, {said(title)}
          </option>
        ))}
      </select>
    </div>
  );
}
