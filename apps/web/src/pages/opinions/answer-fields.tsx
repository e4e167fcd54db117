import { useId, type ReactNode } from 'react';

import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import { ANSWERS, fieldKey, takesReason, type FieldKind, type Question } from './questions.js';
import { UNANSWERED, type WrittenAnswer } from './writing.js';

interface AnswerProps {
  readonly question: Question;
  readonly written: WrittenAnswer;
  readonly onChange: (next: WrittenAnswer) => void;
}

/** An answer to one question: in one word, then what may be said beside it. */
export function AnswerFields({ question: { fields }, written, onChange }: AnswerProps) {
  const t = useMessages();
  const { answer } = written;
  return (
    <>
      <ChoiceField
        label={t('requests.answer')}
        codes={['', ...ANSWERS]}
        word={(code) => t(`requests.answer.${code === '' ? 'none' : code}`)}
        value={answer}
        onChange={(next) => onChange({ ...written, answer: next })}
      />
      {answer !== '' && (
        <>
          <ReasonFields written={written} isNeeded={takesReason(answer)} onChange={onChange} />
          {Object.entries(fields).map(([name, kind]) => (
            <OwnField
              key={name}
              name={name}
              kind={kind}
              value={written.fields[name] ?? ''}
              onChange={(value) =>
                onChange({ ...written, fields: { ...written.fields, [name]: value } })
              }
            />
          ))}
        </>
      )}
    </>
  );
}

export function ReasonFields({
  written,
  isNeeded,
  onChange,
}: {
  readonly written: WrittenAnswer | undefined;
  readonly isNeeded: boolean;
  readonly onChange: (next: WrittenAnswer) => void;
}) {
  const t = useMessages();
  const now = written ?? UNANSWERED;
  return (
    <>
      <TypedField
        label={t(isNeeded ? 'requests.answer.reason-needed' : 'requests.answer.reason')}
        kind="text"
        value={now.reason}
        onChange={(reason) => onChange({ ...now, reason })}
      />
      <TypedField
        label={t('requests.answer.reference')}
        kind="short"
        value={now.legalReference}
        onChange={(legalReference) => onChange({ ...now, legalReference })}
      />
    </>
  );
}

interface FieldProps {
  readonly name: string;
  readonly kind: FieldKind;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function OwnField({ name, kind, value, onChange }: FieldProps): ReactNode {
  const t = useMessages();
  const key = fieldKey(name);
  const label = key === null ? name : t(key);
  if (kind === 'flag') {
    return (
      <ChoiceField
        label={label}
        codes={['', 'true', 'false']}
        word={(code) => t(FLAG_WORDS[code])}
        value={value === 'true' || value === 'false' ? value : ''}
        onChange={onChange}
      />
    );
  }
  if (kind !== 'money') return <TypedField {...{ label, kind, value, onChange }} />;
  const [amount = '', currency = ''] = value.split(' ');
  return (
    <>
      <TypedField
        label={t('requests.q.amount', { name: label })}
        kind="number"
        value={amount}
        onChange={(next) => onChange(`${next.trim()} ${currency}`.trimEnd())}
      />
      <TypedField
        label={t('requests.q.currency', { name: label })}
        kind="short"
        value={currency}
        onChange={(next) => onChange(`${amount} ${next.trim()}`)}
      />
    </>
  );
}

const FLAG_WORDS = {
  '': 'requests.answer.none',
  true: 'requests.flag.yes',
  false: 'requests.flag.no',
} as const;

export function TypedField({
  label,
  kind,
  value,
  onChange,
}: {
  readonly label: string;
  readonly kind: Exclude<FieldKind, 'flag' | 'money'>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  const isLong = kind === 'text' || kind === 'lines';
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      {isLong ? (
        <textarea
          id={id}
          className="input input-words"
          rows={2}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <input
          id={id}
          className="input input-words"
          type={kind === 'day' ? 'date' : 'text'}
          inputMode={kind === 'number' ? 'decimal' : undefined}
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
