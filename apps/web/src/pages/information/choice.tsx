import { useId } from 'react';

import { useMessages } from '../../i18n/use-messages.js';

/** One of what was found, or none yet. */
export function Choice({
  label,
  options,
  none,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly (readonly [value: string, word: string])[];
  /** What stands for none; usually that one has to be chosen. */
  readonly none?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const t = useMessages();
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
        <option value="">{none ?? t('thread.choose')}</option>
        {options.map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}
