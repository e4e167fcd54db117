import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { nameOf } from '../entries/person-words.js';
import { HistoryDialog } from './history-dialog.js';
import { InviteForm } from './invite-form.js';
import { MemberFacts, type Member } from './member-facts.js';

interface PanelProps {
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
}

/** What somebody has begun to do about a member. */
interface Doing {
  readonly act: 'leave' | 'history';
  readonly member: Member;
}

/** Who is in the thread by verified commits, State by State, and what a steward or a member may do about it. */
export function MemberPanel({ thread, onNext }: PanelProps) {
  const t = useMessages();
  const [doing, setDoing] = useState<Doing | null>(null);
  const { members, standing } = thread;
  const states = [...new Set(members.map(({ person }) => person.state ?? '–'))].toSorted();
  const persons = new Set(members.map(({ person }) => person.personId)).size;
  const devices = members.reduce((sum, member) => sum + member.devices.length, 0);
  const rest = doing && { member: doing.member, thread, onNext, onClose: () => setDoing(null) };
  return (
    <section className="list" aria-labelledby="members">
      <h2 id="members" tabIndex={-1}>
        {t('thread.members')}
      </h2>
      <p className="soft">
        {t('thread.members.count', { states: states.length, persons, devices })}
      </p>
      {states.map((state) => (
        <section key={state} className="list" aria-labelledby={`members-${state}`}>
          <h3 id={`members-${state}`}>{state}</h3>
          <ul className="cards">
            {members
              .filter(({ person }) => (person.state ?? '–') === state)
              .map((member) => (
                <li key={`${member.person.personId} ${member.standing}`} className="card">
                  <MemberFacts member={member} threadId={thread.threadId} />
                  <MemberActs member={member} standing={standing} onAct={setDoing} />
                </li>
              ))}
          </ul>
        </section>
      ))}
      {standing === 'steward' && thread.life?.status === 'open' && (
        <InviteForm thread={thread} onNext={onNext} />
      )}
      {rest && doing.act === 'leave' && <LeaveDialog {...rest} />}
      {rest && doing.act === 'history' && <HistoryDialog {...rest} />}
    </section>
  );
}

/** Whoever is in may go; a steward may take others out, and give them what was said before. */
function MemberActs({
  member,
  standing,
  onAct,
}: {
  readonly member: Member;
  readonly standing: ShownThread['standing'];
  readonly onAct: (doing: Doing) => void;
}) {
  const t = useMessages();
  const id = useId();
  const isOffline = useIsOffline();
  const { isSelf } = member.person;
  const name = nameOf(t, member.person);
  const isSteward = standing === 'steward';
  if (member.standing !== 'member' || (!isSteward && !(isSelf && standing === 'member')))
    return null;
  const acts = [...(isSteward && !isSelf ? (['history'] as const) : []), 'leave' as const];
  const words = {
    history: 'thread.history.open',
    leave: isSelf ? 'thread.leave.open' : 'thread.remove.open',
  } as const;
  return (
    <>
      {acts.map((act) => (
        <Button
          key={act}
          className="button button-plain"
          isDisabled={isOffline}
          aria-describedby={id}
          onPress={() => onAct({ act, member })}
        >
          {t(words[act], { name })}
        </Button>
      ))}
      <div id={id} className="card-part">
        {isOffline && <p className="soft">{t('act.offline')}</p>}
      </div>
    </>
  );
}

function LeaveDialog({
  member,
  thread,
  onNext,
  onClose,
}: PanelProps & { readonly member: Member; readonly onClose: () => void }) {
  const t = useMessages();
  const acting = useAct();
  const { threadId } = thread;
  const { personId, isSelf } = member.person;
  const act = isSelf ? 'thread.leave' : 'thread.remove';
  const run = async (): Promise<void> => {
    onNext(
      isSelf
        ? await worker().call('thread.leave', { threadId })
        : await worker().call('thread.remove', { threadId, personId }),
    );
    onClose();
  };
  return (
    <ActDialog
      title={t(`${act}.title`)}
      effect={t(`${act}.effect`)}
      verb={t(`${act}.act`)}
      acting={acting}
      onConfirm={() => acting.act(run)}
      onClose={onClose}
    >
      <p className="lead">{nameOf(t, member.person)}</p>
    </ActDialog>
  );
}
