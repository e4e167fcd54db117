import { useId } from 'react';

import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import { labelOfItem, useMlaLanguage } from '../requests/request-words.js';
import { AnswerFields, ReasonFields, TypedField } from './answer-fields.js';
import { QUESTIONS, RECOMMENDATIONS, type Question } from './questions.js';
import {
  answerKey,
  OF_MEASURES,
  UNANSWERED,
  type AskedMeasure,
  type WrittenAnswer,
  type WrittenOpinion,
} from './writing.js';

/** An opinion is read in a thread: what names its readers one by one does not fit. */
const HANDLING = ['EN0', 'EN1', 'EN2'] as const;

interface FieldsProps {
  readonly measures: readonly AskedMeasure[];
  /** Numbers of questions that matter most to whoever asks. */
  readonly asked: readonly number[];
  readonly written: WrittenOpinion;
  readonly onChange: (next: WrittenOpinion) => void;
}

/** What was asked above all comes first, then the rest; each keeps its number. */
export function OpinionFields({ measures, asked, written, onChange }: FieldsProps) {
  const t = useMessages();
  const first = QUESTIONS.filter(({ q }) => asked.includes(q));
  const rest = QUESTIONS.filter(({ q }) => !asked.includes(q));
  return (
    <>
      {[...first, ...rest].map((question) => (
        <QuestionFields key={question.q} {...{ question, measures, asked, written, onChange }} />
      ))}
      <ChoiceField
        label={t('requests.opine.handling')}
        codes={HANDLING}
        word={(code) => t(`handling.${code}`)}
        value={written.handling}
        onChange={(handling) => onChange({ ...written, handling })}
      />
      <TypedField
        label={t('requests.opine.valid-until')}
        kind="day"
        value={written.validUntil}
        onChange={(validUntil) => onChange({ ...written, validUntil })}
      />
    </>
  );
}

function QuestionFields({
  question,
  measures,
  asked,
  written,
  onChange,
}: FieldsProps & { readonly question: Question }) {
  const t = useMessages();
  const { q, words } = question;
  return (
    <fieldset className="form-group asked">
      <legend>
        <span className="soft">
          {t(asked.includes(q) ? 'requests.q.asked' : 'requests.q.number', { q })}
        </span>{' '}
        {t(words)}
      </legend>
      {q === OF_MEASURES && measures.length > 0 ? (
        <OfMeasures {...{ question, measures, written, onChange }} />
      ) : (
        <OfOne {...{ question, written, onChange }} />
      )}
    </fieldset>
  );
}

function OfMeasures({
  question,
  measures,
  written,
  onChange,
}: Omit<FieldsProps, 'asked'> & { readonly question: Question }) {
  const t = useMessages();
  const language = useMlaLanguage();
  return measures.map(({ id, item }, at) => {
    const key = answerKey(question.q, id);
    return (
      <fieldset key={id} className="form-group">
        <legend>{t('requests.q.about', { name: labelOfItem(item, at, language) })}</legend>
        <AnswerFields
          question={question}
          written={written.answers[key] ?? UNANSWERED}
          onChange={(next) => onChange(withAnswer(written, key, next))}
        />
      </fieldset>
    );
  });
}

function OfOne({
  question,
  written,
  onChange,
}: Omit<FieldsProps, 'asked' | 'measures'> & { readonly question: Question }) {
  const t = useMessages();
  const id = useId();
  const key = answerKey(question.q);
  const answer = written.answers[key] ?? UNANSWERED;
  const answered = (next: WrittenAnswer): void => onChange(withAnswer(written, key, next));
  if (question.q === 14) {
    return (
      <label className="choice" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={written.isQuotable}
          onChange={(event) => onChange({ ...written, isQuotable: event.target.checked })}
        />
        {t('requests.opine.quotable')}
      </label>
    );
  }
  if (question.q !== 15) {
    return <AnswerFields question={question} written={answer} onChange={answered} />;
  }
  const { recommendation } = written;
  return (
    <>
      <ChoiceField
        label={t('requests.q.15')}
        codes={['', ...RECOMMENDATIONS]}
        word={(code) => t(code === '' ? 'requests.answer.none' : `requests.recommend.${code}`)}
        value={recommendation}
        onChange={(next) => onChange({ ...written, recommendation: next })}
      />
      {recommendation !== '' && (
        <ReasonFields written={answer} isNeeded={recommendation !== 'send'} onChange={answered} />
      )}
    </>
  );
}

function withAnswer(written: WrittenOpinion, key: string, next: WrittenAnswer): WrittenOpinion {
  return { ...written, answers: { ...written.answers, [key]: next } };
}
