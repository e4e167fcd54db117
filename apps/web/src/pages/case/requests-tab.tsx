import { useState, type ReactNode } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { RecordTable } from '../../components/record-table.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { RequestCard } from '../requests/requests-page.js';
import { today } from '../requests/use-check.js';
import { StartRequest } from '../requests/start-request.js';
import { usePacks } from '../law/packs.js';
import type { CaseTabProps } from './case-parts.js';

/** Requests whose draft, or what was shared of it, is in a thread of the case. */
export function RequestsTab({ shown: { caseId, states, status } }: CaseTabProps) {
  const t = useMessages();
  const packs = usePacks()?.packs ?? null;
  return (
    <>
      <h2>{t('case.tab.requests')}</h2>
      <RequestsOf caseId={caseId}>
        {(requests) => (
          <>
            {requests.length === 0 && <p>{t('case.requests.none')}</p>}
            <ul className="cards">
              {requests.map((one) => (
                <RequestCard key={one.tracked.requestId} listed={one} packs={packs} />
              ))}
            </ul>
          </>
        )}
      </RequestsOf>
      {status === 'open' && <StartRequest caseId={caseId} states={states} />}
    </>
  );
}

/** By which number authorities know the requests of the case outside of this platform. */
export function ReferencesTab({ shown: { caseId } }: CaseTabProps) {
  const t = useMessages();
  return (
    <>
      <h2>{t('case.tab.references')}</h2>
      <p className="soft">{t('case.references.intro')}</p>
      <RequestsOf caseId={caseId}>
        {(requests) => {
          const rows = requests.flatMap(({ tracked, held }) => {
            const { requestId, formalReference, requestedState } = tracked;
            if (formalReference === null) return [];
            const name = <a href={hrefOfRequest(requestId, 'edit')}>{held?.title}</a>;
            return [{ key: requestId, cells: [formalReference, requestedState, name] }];
          });
          if (rows.length === 0) return <p>{t('case.references.none')}</p>;
          const heads = (['number', 'state', 'request'] as const).map((head) =>
            t(`case.references.${head}`),
          );
          return <RecordTable caption={t('case.tab.references')} heads={heads} rows={rows} />;
        }}
      </RequestsOf>
    </>
  );
}

/** Asks for the requests of a case, and shows them once they are there. */
export function RequestsOf({
  caseId,
  children,
}: {
  readonly caseId: string;
  readonly children: (requests: readonly ListedRequest[]) => ReactNode;
}): ReactNode {
  const t = useMessages();
  const reading = useAct();
  const [requests, setRequests] = useState<readonly ListedRequest[] | null>(null);
  useAtStart(() =>
    reading.act(async () => {
      const listed = await worker().call('request.list', { today: today() });
      setRequests(listed.filter(({ held }) => held?.caseId === caseId));
    }),
  );
  return (
    <>
      <ActProblem problem={reading.problem} />
      {requests === null && reading.problem === null && (
        <p className="waiting">{t('requests.loading')}</p>
      )}
      {requests !== null && children(requests)}
    </>
  );
}
