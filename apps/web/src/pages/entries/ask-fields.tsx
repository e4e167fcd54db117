import { useId } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import type { KnownPerson, ShownThread } from '../../protocol/operations.js';
import { plainName } from './person-words.js';

/** Everybody else who is in a thread. */
export function whoCanBeAsked({ members }: ShownThread): readonly KnownPerson[] {
  return members
    .filter(({ standing, person }) => standing === 'member' && !person.isSelf)
    .map(({ person }) => person);
}

/** Who is asked for an acknowledgement, and until when. */
export function AskFields({
  thread,
  from,
  deadline,
  onChange,
}: {
  readonly thread: ShownThread;
  readonly from: readonly string[];
  readonly deadline: string;
  readonly onChange: (more: { from?: readonly string[]; deadline?: string }) => void;
}) {
  const t = useMessages();
  const id = useId();
  const people = whoCanBeAsked(thread);
  if (people.length === 0) return <p className="notice">{t('thread.ask.nobody')}</p>;
  return (
    <>
      <fieldset className="choices">
        <legend>{t('thread.ask.who')}</legend>
        {people.map((person) => (
          <label key={person.personId} className="choice">
            <input
              type="checkbox"
              checked={from.includes(person.personId)}
              onChange={({ target }) => onChange({ from: toggled(from, person, target.checked) })}
            />
            {plainName(t, person)}
          </label>
        ))}
      </fieldset>
      <div className="question">
        <label htmlFor={id}>{t('thread.ask.deadline')}</label>
        <input
          id={id}
          type="datetime-local"
          className="input input-words"
          value={deadline}
          onChange={({ target }) => onChange({ deadline: target.value })}
        />
      </div>
    </>
  );
}

function toggled(
  from: readonly string[],
  { personId }: KnownPerson,
  isAsked: boolean,
): readonly string[] {
  const others = from.filter((id) => id !== personId);
  return isAsked ? [...others, personId] : others;
}
