import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { WordsField } from '../../components/words-field.js';
import { CODES } from './asking.js';
import type { Asked } from './clock-words.js';

const KINDS = ['answer', 'decline'] as const;
const CERTAINTIES = ['certain', 'likely', 'unknown'] as const;

type Given = ArgsOf<'information.answer'>['answers'][number];

/** What whoever was asked knows of the questions that have no answer yet, or why there will be none. */
export function AnswerForm({
  threadId,
  asked,
  onAnswered,
}: {
  readonly threadId: string;
  readonly asked: Asked;
  readonly onAnswered: (next: ResultOf<'information.held'>) => Promise<void>;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('answer');
  const [given, setGiven] = useState<readonly Given[]>([]);
  const [reason, setReason] = useState('');
  const [handling, setHandling] = useState(asked.answerHandling ?? 'EN1');
  const written = given.filter(({ text }) => text.trim() !== '');
  const isReady = kind === 'answer' ? written.length > 0 : reason.trim() !== '';
  const run = async (): Promise<void> => {
    const { requestId } = asked;
    const isAnswer = kind === 'answer';
    const reply = { answers: isAnswer ? written : [], declined: isAnswer ? null : reason.trim() };
    const about = { threadId, requestId, handling };
    await onAnswered(await worker().call('information.answer', { ...about, ...reply }));
    setGiven([]);
  };
  return (
    <ActForm
      acting={acting}
      verb={t(`information.${kind}.act`)}
      waiting={t('thread.sending')}
      isReady={!isOffline && isReady}
      onAct={run}
    >
      <ChoiceField
        label={t('information.reply')}
        codes={KINDS}
        word={(code) => t(`information.reply.${code}`)}
        value={kind}
        onChange={setKind}
      />
      {kind === 'answer' ? (
        <Answers asked={asked} given={given} onChange={setGiven} />
      ) : (
        <WordsField label={t('thread.act.reason')} value={reason} onChange={setReason} />
      )}
      <ChoiceField
        label={t('information.answer.use')}
        codes={CODES}
        word={(code) => t(`handling.${code}`)}
        value={handling}
        onChange={setHandling}
      />
    </ActForm>
  );
}

function Answers({
  asked: { questions, answers },
  given,
  onChange,
}: {
  readonly asked: Asked;
  readonly given: readonly Given[];
  readonly onChange: (given: readonly Given[]) => void;
}) {
  const t = useMessages();
  const done = new Set(answers.flatMap((one) => one.answers.map(({ questionId }) => questionId)));
  return questions.map(({ id, text }, at) => {
    if (done.has(id)) return null;
    const question = at + 1;
    const now = given.find((one) => one.question === question);
    const { text: written = '', certainty = 'certain' } = now ?? {};
    const change = (more: Partial<Given>): void =>
      onChange([
        ...given.filter((one) => one.question !== question),
        { question, text: written, certainty, ...more },
      ]);
    return (
      <div key={id} className="question">
        <WordsField
          label={t('information.answer.to', { number: question, text })}
          value={written}
          onChange={(words) => change({ text: words })}
        />
        <ChoiceField
          label={t('information.certainty', { number: question })}
          codes={CERTAINTIES}
          word={(code) => t(`information.certainty.${code}`)}
          value={certainty}
          onChange={(code) => change({ certainty: code })}
        />
      </div>
    );
  });
}
