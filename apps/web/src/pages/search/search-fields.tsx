import { HANDLING_CODES, STATES } from '@enlace/contracts';
import { useId, useState } from 'react';

import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { KnownPerson, SearchAsked } from '../../protocol/operations.js';
import { plainName } from '../entries/person-words.js';

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

interface SearchFieldsProps {
  readonly authors: readonly KnownPerson[];
  readonly asked: SearchAsked;
  readonly onChange: (more: Partial<SearchAsked>) => void;
}

/** What is searched for: words, and what narrows them. */
export function SearchFields(props: SearchFieldsProps) {
  const t = useMessages();
  const id = useId();
  const { asked, onChange } = props;
  return (
    <>
      <div className="question">
        <label htmlFor={id}>{t('search.words')}</label>
        <input
          id={id}
          type="search"
          className="input"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-help`}
          value={asked.words}
          onChange={({ target }) => onChange({ words: target.value })}
        />
        <p id={`${id}-help`} className="soft">
          {t('search.words.help')}
        </p>
      </div>
      <Narrowing {...props} />
      <label className="choice">
        <input
          type="checkbox"
          checked={asked.hasFiles}
          onChange={({ target }) => onChange({ hasFiles: target.checked })}
        />
        {t('search.has-files')}
      </label>
    </>
  );
}

function Narrowing({ authors, asked, onChange }: SearchFieldsProps) {
  const t = useMessages();
  const any = t('search.any');
  const nameOf = (personId: string): string =>
    plainName(t, authors.find((one) => one.personId === personId) ?? null);
  return (
    <div className="fields">
      <ChoiceField
        label={t('search.state')}
        codes={['', ...STATES]}
        word={(code) => (code === '' ? any : code)}
        value={STATES.find((one) => one === asked.state) ?? ''}
        onChange={(code) => onChange({ state: chosen(code) })}
      />
      <ChoiceField
        label={t('search.author')}
        codes={['', ...authors.map(({ personId }) => personId)]}
        word={(code) => (code === '' ? any : nameOf(code))}
        value={asked.personId ?? ''}
        onChange={(code) => onChange({ personId: chosen(code) })}
      />
      <ChoiceField
        label={t('search.handling')}
        codes={['', ...HANDLING_CODES]}
        word={(code) => (code === '' ? any : t(`handling.${code}`))}
        value={asked.handling ?? ''}
        onChange={(code) => onChange({ handling: code === '' ? null : code })}
      />
      <DayField label={t('search.from')} onChange={(day) => onChange({ from: beginOf(day, 0) })} />
      <DayField
        label={t('search.until')}
        onChange={(day) => onChange({ until: beginOf(day, 1) })}
      />
    </div>
  );
}

function DayField({
  label,
  onChange,
}: {
  readonly label: string;
  readonly onChange: (day: string) => void;
}) {
  const id = useId();
  const [day, setDay] = useState('');
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="date"
        className="input input-words"
        value={day}
        onChange={({ target }) => {
          setDay(target.value);
          onChange(target.value);
        }}
      />
    </div>
  );
}

function chosen(code: string): string | null {
  return code === '' ? null : code;
}

/** When a day of this browser's zone begins, or one so many days after it; null for no day. */
function beginOf(day: string, later: number): string | null {
  const [, year, month, date] = DAY.exec(day) ?? [];
  if (date === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}
