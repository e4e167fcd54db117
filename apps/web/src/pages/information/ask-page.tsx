import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedThread, ShownCase } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { EMPTY, isComplete, placeFor, send, type Asking, type FocalPoint } from './asking.js';
import { QuestionFields, TellingFields } from './ask-fields.js';
import { PlaceFields, WhomFields } from './whom-fields.js';

const KINDS = ['question', 'spontaneous'] as const;

interface Ground {
  readonly shown: ShownCase;
  /** Threads of the case into which this person may let somebody. */
  readonly threads: readonly ListedThread[];
}

/** Asks a focal point of another State, or tells one something without a question, in a thread of the case. */
export function AskPage({ caseId }: { readonly caseId: string }) {
  const t = useMessages();
  const reading = useAct();
  const [ground, setGround] = useState<Ground | null>(null);
  const [isUnknown, setUnknown] = useState(false);
  useAtStart(() =>
    reading.act(async () => {
      const cases = await worker().call('case.list', {});
      const listed = await worker().call('thread.list', {});
      const shown = cases.find((one) => one.caseId === caseId);
      const threads = listed.filter((one) => one.caseId === caseId && one.standing === 'steward');
      if (shown === undefined) setUnknown(true);
      else setGround({ shown, threads });
    }),
  );
  const isWaiting = ground === null && !isUnknown && reading.problem === null;
  return (
    <div className="sheet">
      <PageHeading text={t('information.title')} />
      <a href={hrefOfDetail('cases', caseId)}>{t('thread.back')}</a>
      <p className="notice">{t('information.informal')}</p>
      <ActProblem problem={reading.problem} />
      {isWaiting && <p className="waiting">{t('cases.loading')}</p>}
      {isUnknown && <p className="notice">{t('case.unknown')}</p>}
      {ground !== null && <AskForm {...ground} />}
    </div>
  );
}

function AskForm({ shown: { caseId, states }, threads }: Ground) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [asking, setAsking] = useState<Asking>(EMPTY);
  const [focalPoint, setFocalPoint] = useState<FocalPoint | null>(null);
  const change = (more: Partial<Asking>): void => setAsking((before) => ({ ...before, ...more }));
  const run = async (): Promise<void> => {
    const threadId = await placeFor(caseId, asking);
    change({ threadId });
    await send(asking, threadId);
    location.hash = hrefOfDetail('threads', threadId);
  };
  const { kind } = asking;
  const rest = { asking, onChange: change };
  return (
    <section className="card" aria-label={t('information.title')}>
      <ActForm
        acting={acting}
        verb={t(`information.${kind}.act`)}
        waiting={t('information.waiting')}
        isReady={!isOffline && isComplete(asking)}
        onAct={run}
      >
        <ChoiceField
          label={t('information.kind')}
          codes={KINDS}
          word={(code) => t(`information.kind.${code}`)}
          value={kind}
          onChange={(code) => change({ kind: code })}
        />
        <WhomFields states={states} onFocalPoint={setFocalPoint} {...rest} />
        <PlaceFields threads={threads} {...rest} />
        {kind === 'question' ? (
          <QuestionFields zone={focalPoint?.zone ?? null} {...rest} />
        ) : (
          <TellingFields {...rest} />
        )}
      </ActForm>
    </section>
  );
}
