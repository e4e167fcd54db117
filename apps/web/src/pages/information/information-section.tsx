import { useEffect, useState } from 'react';

import { Fact } from '../../components/fact.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, ShownThread } from '../../protocol/operations.js';
import { worker } from '../../state/workspace.js';
import { deadlineWords, ownZone } from '../entries/deadline-words.js';
import { plainName } from '../entries/person-words.js';
import { AnswerForm } from './answer-form.js';
import { PURPOSES } from './asking.js';
import { clockWords, type Asked } from './clock-words.js';

type Information = ResultOf<'information.held'>;
type Told = Information['told'][number];

interface SectionProps {
  readonly thread: ShownThread;
  readonly maySpeak: boolean;
  readonly onNext: (next: ShownThread) => void;
}

/** What was asked and told in a thread before anything is formal, with its clock; nothing where nothing was. */
export function InformationSection({ thread, maySpeak, onNext }: SectionProps) {
  const t = useMessages();
  const { threadId, readSeq, entries } = thread;
  const [information, setInformation] = useState<Information | null>(null);
  const isThere = entries.some(
    ({ said }) => said.kind === 'other' && said.type.startsWith('info.'),
  );
  useEffect(() => {
    if (!isThere) return;
    // What cannot be read now stands among the entries, and is met by the next reading.
    worker()
      .call('information.held', { threadId })
      .then(setInformation, () => {});
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- again when more of the thread was read
  }, [threadId, readSeq, isThere]);
  if (information === null) return null;
  const answered = async (next: Information): Promise<void> => {
    setInformation(next);
    const held = await worker().call('thread.held', { threadId });
    if (held !== null) onNext(held);
  };
  return (
    <section className="list" aria-labelledby="information">
      <h2 id="information">{t('information.section')}</h2>
      <p className="notice">{t('information.informal')}</p>
      <ul className="cards">
        {information.asked.map((asked) => (
          <li key={asked.requestId} className="card">
            <AskedCard asked={asked} />
            {maySpeak && asked.isMine && asked.standing !== 'answered' && (
              <AnswerForm threadId={threadId} asked={asked} onAnswered={answered} />
            )}
          </li>
        ))}
        {information.told.map((told) => (
          <li key={told.seq} className="card">
            <ToldCard told={told} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function AskedCard({ asked }: { readonly asked: Asked }) {
  const t = useMessages();
  const language = useLanguage();
  const {
    by,
    to,
    handling,
    purpose,
    route,
    subjects,
    why,
    facts,
    answerHandling,
    neededBy,
    zone,
    standing,
  } = asked;
  const whom = to.map((one) => plainName(t, one)).join(', ');
  return (
    <>
      <h3>{t('information.asks', { who: plainName(t, by), whom })}</h3>
      <p>
        <strong>{t(`information.standing.${standing}`)}</strong> {clockWords(t, asked)}
        {handling !== null && <span className="mark">{handling}</span>}
      </p>
      <dl className="facts">
        <Fact name={t('information.needed-by')}>
          {deadlineWords(language, neededBy, zone ?? ownZone())}
        </Fact>
        <Fact name={t('information.urgency')}>{t(`information.urgency.${asked.urgency}`)}</Fact>
        <Fact name={t('information.purpose')}>{purposeWord(t, purpose)}</Fact>
        {route !== null && (
          <Fact name={t('information.route')}>{t(`information.route.${route}`)}</Fact>
        )}
        {subjects.length > 0 && <Fact name={t('information.subjects')}>{subjects.join(', ')}</Fact>}
        {why !== null && <Fact name={t('information.why')}>{why}</Fact>}
        {facts !== null && <Fact name={t('information.facts')}>{facts}</Fact>}
        {answerHandling !== null && (
          <Fact name={t('information.use')}>{t(`handling.${answerHandling}`)}</Fact>
        )}
      </dl>
      <Questions asked={asked} />
    </>
  );
}

/** Each question, and below it what was answered by whom. */
function Questions({ asked: { questions, answers } }: { readonly asked: Asked }) {
  const t = useMessages();
  return (
    <>
      <ol className="versions">
        {questions.map(({ id, text }) => (
          <li key={id}>
            <p className="entry-text">{text}</p>
            {answers.flatMap(({ by, answers: given }, at) =>
              given
                .filter(({ questionId }) => questionId === id)
                .map((one) => (
                  <div key={`${at} ${one.questionId}`} className="quotation">
                    {t('information.answered', {
                      who: plainName(t, by),
                      certainty: t(`information.certainty.${one.certainty}`),
                    })}
                    <p className="entry-text">{one.text}</p>
                  </div>
                )),
            )}
          </li>
        ))}
      </ol>
      {answers.map(({ by, declined }, at) =>
        declined === null ? null : (
          <p key={`${at} ${declined}`}>
            {t('information.declines', { who: plainName(t, by), reason: declined })}
          </p>
        ),
      )}
    </>
  );
}

function ToldCard({ told }: { readonly told: Told }) {
  const t = useMessages();
  const { by, handling, summary, states, restrictions, isExculpatory } = told;
  return (
    <>
      <h3>{t('information.tells', { who: plainName(t, by), states: states.join(', ') })}</h3>
      {handling !== null && <span className="mark">{handling}</span>}
      <p className="entry-text">{summary}</p>
      {restrictions !== null && (
        <p className="notice">{t('information.restricted', { text: restrictions })}</p>
      )}
      {isExculpatory && <p className="notice">{t('information.exculpatory.told')}</p>}
    </>
  );
}

function purposeWord(t: ReturnType<typeof useMessages>, purpose: string): string {
  const known = PURPOSES.find((one) => one === purpose);
  return known === undefined ? purpose : t(`purpose.${known}`);
}
