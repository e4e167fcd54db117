import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { PersonChoice } from '../members/person-choice.js';

/** In place of a thread: one is opened for it. */
export const NEW = 'new';

interface Place {
  /** A thread, or that one is opened. */
  readonly into: string;
  /** Of the other State, in a new thread. */
  readonly personId: string;
}

/** Where it is shared: in a thread of the two States, or in a new one with somebody of the other. */
export function PlaceFields({
  state,
  threads,
  place,
  onChange,
}: {
  readonly state: string;
  readonly threads: ResultOf<'request.preview'>['threads'];
  readonly place: Place;
  readonly onChange: (next: Place) => void;
}) {
  const t = useMessages();
  const titleOf = (id: string): string =>
    threads.find(({ threadId }) => threadId === id)?.title ?? t('threads.untitled');
  return (
    <>
      <ChoiceField
        label={t('requests.share.thread')}
        codes={[...threads.map(({ threadId }) => threadId), NEW]}
        word={(code) => (code === NEW ? t('requests.share.new-thread') : titleOf(code))}
        value={place.into}
        onChange={(into) => onChange({ ...place, into })}
      />
      {place.into === NEW && (
        <PersonOf
          state={state}
          value={place.personId}
          onChange={(personId) => onChange({ ...place, personId })}
        />
      )}
    </>
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
