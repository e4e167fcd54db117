import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';
import { MemberFacts, type Member } from '../members/member-facts.js';
import type { CaseTabProps } from './case-parts.js';
import { HeldThreads } from './held-threads.js';

/** Somebody in threads of a case, as the first of them has the person. */
interface Participant {
  readonly member: Member;
  readonly places: readonly ShownThread[];
}

/** Who reads threads of the case, State by State; a State without anybody is named too. */
export function ParticipantsTab({ shown, threads }: CaseTabProps) {
  const t = useMessages();
  return (
    <>
      <h2>{t('case.tab.participants')}</h2>
      <p className="soft">{t('case.participants.intro')}</p>
      <HeldThreads threads={threads}>
        {(held) => {
          const people = participantsOf(held);
          const states = new Set([...shown.states, ...people.map(stateOf)]);
          return [...states]
            .toSorted()
            .map((state) => (
              <StatePeople
                key={state}
                state={state}
                people={people.filter((one) => stateOf(one) === state)}
              />
            ));
        }}
      </HeldThreads>
    </>
  );
}

function StatePeople({
  state,
  people,
}: {
  readonly state: string;
  readonly people: readonly Participant[];
}) {
  const t = useMessages();
  return (
    <section className="list" aria-labelledby={`people-${state}`}>
      <h3 id={`people-${state}`}>{state}</h3>
      {people.length === 0 && <p className="soft">{t('case.participants.none', { state })}</p>}
      <ul className="cards">
        {people.map(({ member, places }) => (
          <li key={member.person.personId} className="card">
            <MemberFacts member={member} threadId={places[0]?.threadId ?? ''} />
            <p className="soft">{t('case.participants.in')}</p>
            <ul className="lines">
              {places.map(({ threadId, title }) => (
                <li key={threadId}>
                  <a href={hrefOfDetail('threads', threadId)}>{title ?? t('threads.untitled')}</a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function participantsOf(threads: readonly ShownThread[]): readonly Participant[] {
  const found = new Map<string, Participant>();
  for (const thread of threads) {
    for (const member of thread.members) {
      const { personId } = member.person;
      const before = found.get(personId);
      const isBetter = before === undefined || before.member.standing !== 'member';
      found.set(personId, {
        member: isBetter ? member : before.member,
        places: [...(before?.places ?? []), thread],
      });
    }
  }
  return [...found.values()];
}

function stateOf({ member }: Participant): string {
  return member.person.state ?? '–';
}
