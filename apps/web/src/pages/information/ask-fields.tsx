import { useId } from 'react';

import { ChoiceField } from '../../components/choice-field.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { deadlineWords, ownZone } from '../entries/deadline-words.js';
import { WordsField } from '../../components/words-field.js';
import { CODES, PURPOSES, URGENCIES, type Asking } from './asking.js';

interface FieldsProps {
  readonly asking: Asking;
  readonly onChange: (more: Partial<Asking>) => void;
}

/** What is asked, why, what is known already, until when, and what may be done with the answer. */
export function QuestionFields({
  asking,
  zone,
  onChange,
}: FieldsProps & { readonly zone: string | null }) {
  const t = useMessages();
  return (
    <>
      <WordsField
        label={t('information.questions')}
        value={asking.questions}
        onChange={(questions) => onChange({ questions })}
      />
      <ChoiceField
        label={t('information.purpose')}
        codes={PURPOSES}
        word={(code) => t(`purpose.${code}`)}
        value={asking.purpose}
        onChange={(purpose) => onChange({ purpose })}
      />
      <WordsField
        label={t('information.why')}
        value={asking.why}
        onChange={(why) => onChange({ why })}
      />
      <FactsFields label={t('information.facts')} asking={asking} onChange={onChange} />
      <ChoiceField
        label={t('information.urgency')}
        codes={URGENCIES}
        word={(code) => t(`information.urgency.${code}`)}
        value={asking.urgency}
        onChange={(urgency) => onChange({ urgency })}
      />
      <DeadlineField
        value={asking.neededBy}
        zone={zone}
        onChange={(neededBy) => onChange({ neededBy })}
      />
      <ChoiceField
        label={t('information.use')}
        codes={CODES}
        word={(code) => t(`handling.${code}`)}
        value={asking.answerHandling}
        onChange={(answerHandling) => onChange({ answerHandling })}
      />
    </>
  );
}

/** What is told without a question, and what is asked not to be done with it. */
export function TellingFields({ asking, onChange }: FieldsProps) {
  const t = useMessages();
  return (
    <>
      <FactsFields label={t('information.summary')} asking={asking} onChange={onChange} />
      <WordsField
        label={t('information.restrictions')}
        value={asking.restrictions}
        onChange={(restrictions) => onChange({ restrictions })}
      />
      <label className="choice">
        <input
          type="checkbox"
          checked={asking.isExculpatory}
          onChange={({ target }) => onChange({ isExculpatory: target.checked })}
        />
        {t('information.exculpatory')}
      </label>
    </>
  );
}

function FactsFields({ label, asking, onChange }: FieldsProps & { readonly label: string }) {
  const t = useMessages();
  return (
    <>
      <WordsField label={label} value={asking.facts} onChange={(facts) => onChange({ facts })} />
      <ChoiceField
        label={t('thread.handling')}
        codes={CODES}
        word={(code) => t(`handling.${code}`)}
        value={asking.handling}
        onChange={(handling) => onChange({ handling })}
      />
    </>
  );
}

/** A day and hour, shown also by the clock of whoever has to answer. */
function DeadlineField({
  value,
  zone,
  onChange,
}: {
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
      <label htmlFor={id}>{t('thread.ask.deadline')}</label>
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
