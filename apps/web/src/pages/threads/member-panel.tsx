import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActDialog } from '../../components/act-dialog.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { formatDate } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { nameOf } from '../entries/person-words.js';
import { InviteForm } from './invite-form.js';

type Member = ShownThread['members'][number];
interface PanelProps {
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
}

/** Who is in the thread by verified commits, and what a steward or a member may do about it. */
export function MemberPanel({ thread, onNext }: PanelProps) {
  const t = useMessages();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const { members, standing } = thread;
  const isSteward = standing === 'steward';
  const isIn = isSteward || standing === 'member';
  return (
    <section className="list" aria-labelledby="members">
      <h2 id="members" tabIndex={-1}>
        {t('thread.members')}
      </h2>
      <ul className="cards">
        {members.map((member) => (
          <li key={member.person.personId} className="card">
            <MemberFacts member={member} />
            {isIn && member.standing === 'member' && (isSteward || member.person.isSelf) && (
              <Button className="button button-plain" onPress={() => setLeaving(member)}>
                {t(member.person.isSelf ? 'thread.leave.open' : 'thread.remove.open', {
                  name: nameOf(t, member.person),
                })}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isSteward && <InviteForm thread={thread} onNext={onNext} />}
      {leaving !== null && (
        <LeaveDialog
          member={leaving}
          thread={thread}
          onNext={onNext}
          onClose={() => setLeaving(null)}
        />
      )}
    </section>
  );
}

function MemberFacts({ member }: { readonly member: Member }) {
  const t = useMessages();
  const language = useLanguage();
  const { person, role, standing, devices, expiresAt } = member;
  return (
    <>
      <h3>{nameOf(t, person)}</h3>
      <p className="soft">
        {t(`thread.role.${role}`)}{' '}
        {standing === 'invited' && expiresAt !== null
          ? t('thread.member.invited', { when: formatDate(language, expiresAt) })
          : t('thread.member.devices', { count: devices })}
        {standing === 'leaving' && ` ${t('thread.member.leaving')}`}
      </p>
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
