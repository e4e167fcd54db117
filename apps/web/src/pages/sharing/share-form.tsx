import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { PersonChoice } from '../members/person-choice.js';
import { today } from '../requests/use-check.js';
import type { Ticked } from './ticks.js';

/** What would travel, and what was ticked for it. */
type Preview = ResultOf<'request.preview'> & { readonly ticked: Ticked };
/** In place of a thread: one is opened for it. */
const NEW = 'new';

/** Who will see it, whether what was shown was read, and the act itself. */
export function ShareForm({
  requestId,
  requestedState,
  preview: { sha256, threads, ticked },
}: {
  readonly requestId: string;
  readonly requestedState: string;
  readonly preview: Preview;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [into, setInto] = useState(threads[0]?.threadId ?? NEW);
  const [personId, setPerson] = useState('');
  const [isRead, setRead] = useState(false);
  const share = async (): Promise<void> => {
    const place =
      into === NEW
        ? ({ kind: 'new-thread', personId } as const)
        : ({ kind: 'thread', threadId: into } as const);
    const about = { requestId, today: today(), ticked, sha256 };
    await worker().call('request.share', { ...about, into: place });
    location.hash = hrefOfRequest(requestId, 'opinion');
  };
  return (
    <section className="card" aria-labelledby="share-act">
      <h2 id="share-act">{t('requests.share.with', { state: requestedState })}</h2>
      <ActForm
        acting={acting}
        verb={t('requests.share.act', { state: requestedState })}
        waiting={t('requests.share.waiting')}
        isReady={!isOffline && isRead && (into !== NEW || personId !== '')}
        onAct={share}
      >
        <ChoiceField
          label={t('requests.share.thread')}
          codes={[...threads.map(({ threadId }) => threadId), NEW]}
          word={(code) =>
            code === NEW
              ? t('requests.share.new-thread')
              : (threads.find(({ threadId }) => threadId === code)?.title ?? t('threads.untitled'))
          }
          value={into}
          onChange={setInto}
        />
        {into === NEW && <PersonOf state={requestedState} value={personId} onChange={setPerson} />}
        <p>{t('requests.share.effect', { state: requestedState })}</p>
        <label className="choice">
          <input
            type="checkbox"
            checked={isRead}
            onChange={(event) => setRead(event.target.checked)}
          />
          {t('requests.share.confirm')}
        </label>
      </ActForm>
    </section>
  );
}

/** Somebody of the other State. */
function PersonOf({
  state,
  value,
  onChange,
}: {
  readonly state: string;
  readonly value: string;
  readonly onChange: (personId: string) => void;
}) {
  const t = useMessages();
  const reading = useAct();
  const [people, setPeople] = useState<ResultOf<'thread.candidates'> | null>(null);
  useAtStart(() =>
    reading.act(async () => setPeople(await worker().call('thread.candidates', { state }))),
  );
  if (people === null) {
    return (
      <>
        <ActProblem problem={reading.problem} />
        {reading.isBusy && <p className="waiting">{t('act.waiting')}</p>}
      </>
    );
  }
  if (people.length === 0) return <p className="notice">{t('requests.share.nobody')}</p>;
  const label = t('requests.share.person');
  return <PersonChoice label={label} people={people} value={value} onChange={onChange} />;
}
