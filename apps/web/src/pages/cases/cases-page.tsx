import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedThread, ShownCase } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { CaseList } from './case-list.js';
import { OpenCase } from './open-case.js';
import { ThreadList } from './thread-list.js';

interface Own {
  readonly cases: readonly ShownCase[];
  /** Threads of no case that this person has: to them somebody is invited. */
  readonly others: readonly ListedThread[];
}

/** The cases of the person, and the threads that somebody else let the person into. */
export function CasesPage() {
  const t = useMessages();
  const reading = useAct();
  const [own, setOwn] = useState<Own | null>(null);
  const read = (): void =>
    reading.act(async () => {
      const cases = await worker().call('case.list', {});
      const threads = await worker().call('thread.list', {});
      const known = new Set<string | null>(cases.map(({ caseId }) => caseId));
      setOwn({ cases, others: threads.filter(({ caseId }) => !known.has(caseId)) });
    });
  useAtStart(read);
  return (
    <div className="sheet">
      <PageHeading text={t('cases.title')} />
      <p>{t('cases.intro')}</p>
      <ActProblem problem={reading.problem} />
      {own === null && reading.problem === null && <p className="waiting">{t('cases.loading')}</p>}
      {own !== null && (
        <>
          <CaseList cases={own.cases} />
          {own.others.length > 0 && (
            <section className="list" aria-labelledby="others">
              <h2 id="others">{t('threads.others')}</h2>
              <ThreadList threads={own.others} />
            </section>
          )}
          <OpenCase onOpened={read} />
        </>
      )}
    </div>
  );
}
