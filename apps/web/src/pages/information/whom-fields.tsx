import { STATES } from '@enlace/contracts';
import { useId, useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedThread, ResultOf } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useWorkspaceState, worker } from '../../state/workspace.js';
import { plainName } from '../entries/person-words.js';
import type { Asking, FocalPoint } from './asking.js';
import { Choice } from './choice.js';

interface FieldsProps {
  readonly asking: Asking;
  readonly onChange: (more: Partial<Asking>) => void;
}

/** Another State of the case, and who answers for it. */
export function WhomFields({
  states,
  asking,
  onChange,
  onFocalPoint,
}: FieldsProps & {
  readonly states: readonly string[];
  readonly onFocalPoint: (chosen: FocalPoint | null) => void;
}) {
  const t = useMessages();
  const reading = useAct();
  const workspace = useWorkspaceState();
  const own = workspace.kind === 'signed-in' ? workspace.account.state : '';
  const [found, setFound] = useState<ResultOf<'information.focal-points'> | null>(null);
  const choose = (named: string): void => {
    const state = STATES.find((one) => one === named) ?? '';
    onChange({ state, personId: '' });
    onFocalPoint(null);
    setFound(null);
    if (state === '') return;
    reading.act(async () => setFound(await worker().call('information.focal-points', { state })));
  };
  const choosePerson = (personId: string): void => {
    onChange({ personId });
    onFocalPoint(found?.people.find(({ person }) => person.personId === personId) ?? null);
  };
  return (
    <>
      <Choice
        label={t('information.state')}
        options={states.filter((state) => state !== own).map((state) => [state, state])}
        value={asking.state}
        onChange={choose}
      />
      <ActProblem problem={reading.problem} />
      {reading.isBusy && <p className="waiting">{t('information.looking')}</p>}
      {found !== null && (
        <FocalPoints found={found} personId={asking.personId} onChange={choosePerson} />
      )}
    </>
  );
}

function FocalPoints({
  found: { people, registry },
  personId,
  onChange,
}: {
  readonly found: ResultOf<'information.focal-points'>;
  readonly personId: string;
  readonly onChange: (personId: string) => void;
}) {
  const t = useMessages();
  const said = useBilingual();
  if (people.length === 0) {
    const name = registry === null ? '–' : said(registry);
    return <p className="notice">{t('information.no-focal-point', { registry: name })}</p>;
  }
  const chosen = people.find(({ person }) => person.personId === personId);
  const options = people.map(({ person, office }): readonly [string, string] => [
    person.personId,
    [plainName(t, person), ...(office === null ? [] : [said(office)])].join(', '),
  ]);
  return (
    <>
      <Choice
        label={t('information.focal-point')}
        options={options}
        value={personId}
        onChange={onChange}
      />
      {chosen?.isConfirmed === false && <p className="notice">{t('information.unconfirmed')}</p>}
    </>
  );
}

/** A thread that there is, or a new one under a name. */
export function PlaceFields({
  threads,
  asking: { threadId, title },
  onChange,
}: FieldsProps & { readonly threads: readonly ListedThread[] }) {
  const t = useMessages();
  const id = useId();
  const isNew = !threads.some((one) => one.threadId === threadId);
  return (
    <>
      {threads.length > 0 && (
        <Choice
          label={t('information.thread')}
          options={threads.map((one) => [one.threadId, one.title ?? t('threads.untitled')])}
          none={t('information.thread.new')}
          value={isNew ? '' : threadId}
          onChange={(chosen) => onChange({ threadId: chosen })}
        />
      )}
      {isNew && (
        <div className="question">
          <label htmlFor={id}>{t('threads.open.name')}</label>
          <input
            id={id}
            className="input input-words"
            autoComplete="off"
            aria-describedby={`${id}-help`}
            value={title}
            onChange={(event) => onChange({ title: event.target.value })}
          />
          <p id={`${id}-help`} className="soft">
            {t('threads.open.sealed')}
          </p>
        </div>
      )}
    </>
  );
}
