import type { GivenAnswers } from '@enlace/mla';

import { Fact } from '../../components/fact.js';
import { useMessages } from '../../i18n/use-messages.js';
import { fieldKey, QUESTIONS } from './questions.js';

type GivenAnswer = GivenAnswers['answers'][number];
/** Said elsewhere than among what an answer says of its own. */
const COMMON = new Set(['q', 'answer', 'measureId', 'reason', 'legalReference', 'recommendation']);

/** An opinion, answer by answer; by the model, whoever wrote it. */
export function OpinionView({ opinion }: { readonly opinion: GivenAnswers }) {
  const t = useMessages();
  const { answers, quotable, handling, validUntil } = opinion;
  return (
    <>
      <ol className="answers">
        {answers.map((one) => (
          <li key={`${one.q} ${one.measureId ?? ''}`} value={one.q}>
            <Answered answer={one} />
          </li>
        ))}
      </ol>
      <p className="soft">
        {t(quotable ? 'requests.quotable.yes' : 'requests.quotable.no')} {t(`handling.${handling}`)}
        {validUntil !== undefined && ` · ${t('requests.opine.valid-until')}: ${validUntil}`}
      </p>
    </>
  );
}

function Answered({ answer }: { readonly answer: GivenAnswer }) {
  const t = useMessages();
  const { q, measureId, reason, legalReference } = answer;
  const question = QUESTIONS.find((one) => one.q === q);
  const recommendation = answer.q === 15 ? answer.recommendation : undefined;
  const own = Object.entries(answer).filter(([name]) => !COMMON.has(name));
  return (
    <div className="answered">
      <p className="soft">
        {question !== undefined && t(question.words)}
        {measureId !== undefined && ` ${t('requests.q.about', { name: measureId })}`}
      </p>
      <p>
        <strong>
          {t(
            recommendation === undefined
              ? `requests.answer.${answer.answer}`
              : `requests.recommend.${recommendation}`,
          )}
        </strong>
      </p>
      {(reason !== undefined || legalReference !== undefined || own.length > 0) && (
        <dl className="document-members">
          {reason !== undefined && <Fact name={t('requests.answer.reason')}>{reason}</Fact>}
          {legalReference !== undefined && (
            <Fact name={t('requests.answer.reference')}>{legalReference}</Fact>
          )}
          {own.map(([name, value]) => (
            <OwnFact key={name} name={name} value={value} />
          ))}
        </dl>
      )}
    </div>
  );
}

function OwnFact({ name, value }: { readonly name: string; readonly value: unknown }) {
  const t = useMessages();
  const key = fieldKey(name);
  return <Fact name={key === null ? name : t(key)}>{printed(value, t)}</Fact>;
}

function printed(value: unknown, t: ReturnType<typeof useMessages>): string {
  if (typeof value === 'boolean') return t(value ? 'requests.flag.yes' : 'requests.flag.no');
  if (Array.isArray(value)) return value.map((one: unknown) => printed(one, t)).join(', ');
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? value : JSON.stringify(value);
  return Object.values(value)
    .map((one: unknown) => printed(one, t))
    .join(' ');
}
