import type { ReactNode } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { CaseRecords } from '../../protocol/cases/case-record-forms.js';
import type { ListedThread } from '../../protocol/operations.js';
import { hrefOfDetail } from '../../routes.js';
import { PassedOverNotice } from './passed-over-notice.js';
import { useCaseRecords, type RecordActs } from './use-case-records.js';

interface Shown extends RecordActs {
  readonly held: CaseRecords;
  readonly thread: ListedThread;
}

/** The records of every thread of a case in which this person takes part; each is for the members of its thread. */
export function CaseRecordsOf({
  threads,
  children,
}: {
  readonly threads: readonly ListedThread[];
  readonly children: (shown: Shown) => ReactNode;
}) {
  const t = useMessages();
  const own = threads.filter(({ standing }) => standing === 'steward' || standing === 'member');
  if (own.length === 0) return <p>{t('case.records.no-thread')}</p>;
  return own.map((thread) => (
    <ThreadRecords key={thread.threadId} thread={thread}>
      {children}
    </ThreadRecords>
  ));
}

function ThreadRecords({
  thread,
  children,
}: {
  readonly thread: ListedThread;
  readonly children: (shown: Shown) => ReactNode;
}) {
  const t = useMessages();
  const titles = { route: t('case.tab.route'), tasks: t('case.tab.tasks') };
  const { held, reading, ...acts } = useCaseRecords(thread, titles);
  const id = `records-${thread.threadId}`;
  return (
    <section className="card" aria-labelledby={id}>
      <h3 id={id}>
        <a href={hrefOfDetail('threads', thread.threadId)}>
          {thread.title ?? t('threads.untitled')}
        </a>
      </h3>
      <ActProblem problem={reading.problem} />
      {held === null && reading.problem === null && (
        <p className="waiting">{t('case.threads.loading', { count: 1 })}</p>
      )}
      {held !== null && <PassedOverNotice marks={held.passedOver} />}
      {held !== null && !held.isWhole && <p className="notice">{t('case.records.partial')}</p>}
      {held !== null && children({ held, thread, ...acts })}
      <ActProblem problem={acts.acting.problem} />
    </section>
  );
}
