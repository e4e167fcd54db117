import { systemClock } from '@enlace/kernel';

import { useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf } from '../../protocol/operations.js';
import { ownZone } from '../entries/deadline-words.js';
import { DeadlineField } from '../information/deadline-field.js';
import { QUESTIONS } from '../opinions/questions.js';

/** What is being asked on the page: numbers of questions, and the day as its field has it. */
export interface Asking {
  readonly questions: readonly number[];
  readonly neededBy: string;
}

export const NOTHING_ASKED: Asking = { questions: [], neededBy: '' };

/** What goes out with the version: the deadline in the zone of this browser. */
export function askedIn({ questions, neededBy }: Asking): ArgsOf<'request.share'>['asked'] {
  const ms = Date.parse(neededBy);
  return {
    questions: questions.toSorted((a, b) => a - b),
    neededBy: Number.isNaN(ms) ? null : { at: new Date(ms).toISOString(), zone: ownZone() },
  };
}

/** Whether the deadline, where there is one, has not passed. */
export function isAhead({ neededBy }: Asking): boolean {
  return neededBy === '' || Date.parse(neededBy) > systemClock.nowMs();
}

/** Which of the fifteen questions matter most, and until when the opinion is needed; both may be left open. */
export function AskedFields({
  asking,
  onChange,
}: {
  readonly asking: Asking;
  readonly onChange: (next: Asking) => void;
}) {
  const t = useMessages();
  const { questions } = asking;
  return (
    <>
      <details className="form-more">
        <summary>{t('requests.share.questions', { count: questions.length })}</summary>
        <fieldset className="choices">
          <legend>{t('requests.share.questions.help')}</legend>
          {QUESTIONS.map(({ q, words }) => (
            <label key={q} className="choice">
              <input
                type="checkbox"
                checked={questions.includes(q)}
                onChange={({ target }) => {
                  const others = questions.filter((one) => one !== q);
                  onChange({ ...asking, questions: target.checked ? [...others, q] : others });
                }}
              />
              {t('requests.q.number', { q })} {t(words)}
            </label>
          ))}
        </fieldset>
      </details>
      <DeadlineField
        label={t('requests.share.needed-by')}
        value={asking.neededBy}
        zone={null}
        onChange={(neededBy) => onChange({ ...asking, neededBy })}
      />
    </>
  );
}
