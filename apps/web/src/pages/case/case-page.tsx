import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { Fact } from '../../components/fact.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ListedThread, ShownCase } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { formatDate } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { CaseActs } from './case-acts.js';
import { CaseTabs } from './case-tabs.js';
import { caseTypeWord, legalBasisWord } from '../cases/case-words.js';

interface Read {
  /** Null where the server shows no such case to this person. */
  readonly shown: ShownCase | null;
  readonly threads: readonly ListedThread[];
}

/** One case: what stands of it in clear, what may be done with it, and what its threads hold. */
export function CasePage({ caseId }: { readonly caseId: string }) {
  const t = useMessages();
  const reading = useAct();
  const [read, setRead] = useState<Read | null>(null);
  useAtStart(() =>
    reading.act(async () => {
      const cases = await worker().call('case.list', {});
      const threads = await worker().call('thread.list', {});
      setRead({
        shown: cases.find((one) => one.caseId === caseId) ?? null,
        threads: threads.filter((one) => one.caseId === caseId),
      });
    }),
  );
  return (
    <div className="sheet">
      <PageHeading text={t('case.title')} />
      <a href={hrefOf('cases')}>{t('case.back')}</a>
      <ActProblem problem={reading.problem} />
      {read === null && reading.problem === null && <p className="waiting">{t('cases.loading')}</p>}
      {read?.shown === null && <p className="notice">{t('case.unknown')}</p>}
      {read !== null && read.shown !== null && (
        <>
          <CaseFacts shown={read.shown} />
          <CaseTabs shown={read.shown} threads={read.threads} />
          <CaseActs shown={read.shown} onNext={(shown) => setRead({ ...read, shown })} />
        </>
      )}
    </div>
  );
}

function CaseFacts({ shown }: { readonly shown: ShownCase }) {
  const t = useMessages();
  const language = useLanguage();
  const { caseId, caseType, legalBasis, ownerState, states, status, isHeld, openedAt } = shown;
  return (
    <section className="card" aria-labelledby="case-facts">
      <h2 id="case-facts">{t('case.clear')}</h2>
      <dl className="facts">
        <Fact name={t('cases.open.type')}>{caseTypeWord(t, caseType)}</Fact>
        <Fact name={t('cases.open.basis')}>{legalBasisWord(t, legalBasis)}</Fact>
        <Fact name={t('case.lead')}>{ownerState}</Fact>
        <Fact name={t('case.taking-part')}>{states.join(', ')}</Fact>
        <Fact name={t('case.opened')}>{formatDate(language, openedAt)}</Fact>
        <Fact name={t('audit.integrity.state')}>
          {t(`case.status.${status}`)}
          {isHeld && ` ${t('case.held')}`}
        </Fact>
        <Fact name={t('case.id')}>
          <span className="code">{caseId}</span>
        </Fact>
      </dl>
    </section>
  );
}
