import { ActForm } from '../../components/act-form.js';
import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { hrefOf, hrefOfDetail } from '../../routes.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { EntryList } from '../entries/entry-list.js';
import { InformationSection } from '../information/information-section.js';
import { Composer } from './composer.js';
import { ConnectionState } from './connection-state.js';
import { MemberPanel } from '../members/member-panel.js';
import { LifeSection } from '../thread-life/life-section.js';
import { ThreadAlerts } from './thread-alerts.js';
import { useDraft, type Drafting } from './use-draft.js';
import { useThread } from './use-thread.js';
import { WaitingFiles } from './waiting-files.js';

/** One thread: what is wrong with it, what was said, and who is in it. */
export function ThreadPage({ threadId }: { readonly threadId: string }) {
  const t = useMessages();
  const { thread, problem, show, again } = useThread(threadId);
  const drafting = useDraft(threadId);
  return (
    <div className="sheet">
      <PageHeading text={thread?.title ?? t('thread.heading')} />
      {thread?.caseId == null ? (
        <a href={hrefOf('cases')}>{t('case.back')}</a>
      ) : (
        <a href={hrefOfDetail('cases', thread.caseId)}>{t('thread.back')}</a>
      )}
      <ActProblem problem={problem} />
      {thread === null && problem === null && <p className="waiting">{t('thread.loading')}</p>}
      {thread !== null && (
        <>
          <ConnectionState />
          <ThreadAlerts thread={thread} />
          <EntryList
            thread={thread}
            maySpeak={maySpeak(thread)}
            onWrite={drafting.write}
            onAgain={again}
            onNext={show}
            onMembers={() => document.querySelector<HTMLElement>('#members')?.focus()}
          />
          <InformationSection thread={thread} maySpeak={maySpeak(thread)} onNext={show} />
          <OwnPart thread={thread} drafting={drafting} onNext={show} />
          {thread.members.length > 0 && <MemberPanel thread={thread} onNext={show} />}
          {thread.life !== null && <LifeSection thread={thread} life={thread.life} onNext={show} />}
        </>
      )}
    </div>
  );
}

/** What the person can do in it: join, or write. */
function OwnPart({
  thread,
  drafting,
  onNext,
}: {
  readonly thread: ShownThread;
  readonly drafting: Drafting;
  readonly onNext: (next: ShownThread) => void;
}) {
  if (thread.standing === 'invited') return <JoinCard thread={thread} onNext={onNext} />;
  if (!maySpeak(thread)) return null;
  return (
    <>
      <WaitingFiles thread={thread} onNext={onNext} />
      <Composer thread={thread} drafting={drafting} onSent={onNext} />
    </>
  );
}

/** A thread that is closed or stopped stays readable: nothing is written into a log that does not hold. */
function maySpeak({ standing, alerts, isServed, life }: ShownThread): boolean {
  const isOpen = life === null || life.status === 'open';
  const isIn = isOpen && (standing === 'steward' || standing === 'member');
  return isIn && isServed && alerts.every(({ response }) => response !== 'suspend');
}

function JoinCard({
  thread: { threadId },
  onNext,
}: {
  readonly thread: ShownThread;
  readonly onNext: (next: ShownThread) => void;
}) {
  const t = useMessages();
  const acting = useAct();
  return (
    <section className="card" aria-labelledby="join">
      <h2 id="join">{t('thread.join.title')}</h2>
      <p>{t('thread.join.effect')}</p>
      <ActForm
        acting={acting}
        verb={t('thread.join.act')}
        waiting={t('act.waiting')}
        isReady
        onAct={async () => onNext(await worker().call('thread.join', { threadId }))}
      >
        {null}
      </ActForm>
    </section>
  );
}
