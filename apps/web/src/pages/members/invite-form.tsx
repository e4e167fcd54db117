import { useId, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, ShownThread } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { PersonChoice } from './person-choice.js';

/** An invitation that nobody takes up ends by itself. In days. */
const INVITATION_DAYS = 14;
const ROLES = ['member', 'steward'] as const;

type Candidate = ResultOf<'thread.candidates'>[number];

/** Lets somebody in whom a State certified: from then on the person can read. */
export function InviteForm({
  thread,
  onNext,
}: {
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [state, setState] = useState<string | null>(null);
  const [people, setPeople] = useState<readonly Candidate[] | null>(null);
  const [personId, setPerson] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('member');
  const choose = (chosen: string): void => {
    setState(chosen);
    setPerson('');
    acting.act(async () => setPeople(await worker().call('thread.candidates', { state: chosen })));
  };
  const invite = async (): Promise<void> => {
    const { threadId } = thread;
    const invited = { threadId, personId, role, days: INVITATION_DAYS };
    onNext(await worker().call('thread.invite', invited));
    setPerson('');
  };
  return (
    <section className="card" aria-labelledby="invite-member">
      <h3 id="invite-member">{t('thread.invite.title')}</h3>
      <p>{t('thread.invite.effect')}</p>
      <ActForm
        acting={acting}
        verb={t('thread.invite.act')}
        waiting={t('act.waiting')}
        isReady={!isOffline && personId !== ''}
        onAct={invite}
      >
        <StateField states={thread.states} value={state} onChange={choose} />
        {people !== null && (
          <PersonField people={people} thread={thread} value={personId} onChange={setPerson} />
        )}
        <ChoiceField
          label={t('thread.invite.role')}
          codes={ROLES}
          word={(code) => t(`thread.invite.role.${code}`)}
          value={role}
          onChange={setRole}
        />
      </ActForm>
    </section>
  );
}

function StateField({
  states,
  value,
  onChange,
}: {
  readonly states: readonly string[];
  readonly value: string | null;
  readonly onChange: (state: string) => void;
}) {
  const t = useMessages();
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{t('thread.invite.state')}</label>
      <select
        id={id}
        className="input input-words"
        value={value ?? ''}
        onChange={(event) => {
          if (event.target.value !== '') onChange(event.target.value);
        }}
      >
        <option value="">{t('thread.choose')}</option>
        {states.map((state) => (
          <option key={state} value={state}>
            {state}
          </option>
        ))}
      </select>
    </div>
  );
}

function PersonField({
  people,
  thread,
  value,
  onChange,
}: {
  readonly people: readonly Candidate[];
  readonly thread: ShownThread;
  readonly value: string;
  readonly onChange: (personId: string) => void;
}) {
  const t = useMessages();
  const here = new Set(thread.members.map(({ person }) => person.personId));
  const free = people.filter(({ personId }) => !here.has(personId));
  if (free.length === 0) return <p className="notice">{t('thread.invite.none')}</p>;
  return (
    <PersonChoice
      label={t('thread.invite.person')}
      people={free}
      value={value}
      onChange={onChange}
    />
  );
}
