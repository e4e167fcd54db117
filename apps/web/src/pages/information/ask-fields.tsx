import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import { WordsField } from '../../components/words-field.js';
import { CODES, PURPOSES, ROUTES, URGENCIES, type Asking } from './asking.js';
import { DeadlineField } from './deadline-field.js';

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
      <RouteField value={asking.route} onChange={(route) => onChange({ route })} />
      <WordsField
        label={t('information.ask.subjects')}
        value={asking.subjects}
        onChange={(subjects) => onChange({ subjects })}
      />
      <p className="soft">{t('information.ask.subjects.help')}</p>
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

/** What the State that is asked is on the route of whoever was smuggled; it may be left open. */
function RouteField({
  value,
  onChange,
}: {
  readonly value: Asking['route'];
  readonly onChange: (route: Asking['route']) => void;
}) {
  const t = useMessages();
  return (
    <ChoiceField
      label={t('information.ask.route')}
      codes={['', ...ROUTES]}
      word={(code) => t(code === '' ? 'information.route.none' : `information.route.${code}`)}
      value={value}
      onChange={onChange}
    />
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
