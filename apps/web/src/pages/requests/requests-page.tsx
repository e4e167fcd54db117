import { check, describeVerdict, labelOf, type PackSet } from '@enlace/mla';
import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';
import { hrefOf, hrefOfRequest } from '../../routes.js';
import { formatDate } from '../../state/format.js';
import { usePacks } from '../law/packs.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { useMlaLanguage } from './request-words.js';
import { today } from './use-check.js';

const SEVERITIES = ['blocker', 'likely-refusal', 'missing', 'quality', 'advice'] as const;

/** Requests of the State that the person may know of, made or received. */
export function RequestsPage() {
  const t = useMessages();
  const reading = useAct();
  const packs = usePacks()?.packs ?? null;
  const [listed, setListed] = useState<readonly ListedRequest[] | null>(null);
  useAtStart(() =>
    reading.act(async () => setListed(await worker().call('request.list', { today: today() }))),
  );
  return (
    <div className="sheet">
      <PageHeading text={t('requests.title')} />
      <p>{t('requests.intro')}</p>
      <p>
        <a href={hrefOf('requests-board')}>{t('requests.board.title')}</a>
      </p>
      <ActProblem problem={reading.problem} />
      {listed === null && reading.problem === null && (
        <p className="waiting">{t('requests.loading')}</p>
      )}
      {listed?.length === 0 && (
        <p>
          {t('requests.none')} <a href={hrefOf('cases')}>{t('frame.cases')}</a>
        </p>
      )}
      {listed !== null && listed.length > 0 && (
        <ul className="cards">
          {listed.map((one) => (
            <RequestCard key={one.tracked.requestId} listed={one} packs={packs} />
          ))}
        </ul>
      )}
    </div>
  );
}

export function RequestCard({
  listed: { tracked, held },
  packs,
}: {
  readonly listed: ListedRequest;
  readonly packs: PackSet | null;
}) {
  const t = useMessages();
  const language = useLanguage();
  const { requestId, requestingState, requestedState, status, statusAt } = tracked;
  const name = held?.title ?? t('requests.untitled');
  return (
    <li className="card">
      <h2>
        {held === null ? (
          name
        ) : (
          <a href={hrefOfRequest(requestId, held.kind === 'draft' ? 'edit' : 'opinion')}>{name}</a>
        )}
      </h2>
      <p>
        {t('requests.pair', { from: requestingState, to: requestedState })}{' '}
        {t(`requests.status.${status}`)}{' '}
        <span className="soft">
          {t('requests.since', { when: formatDate(language, statusAt) })}
        </span>
      </p>
      {held === null && <p className="soft">{t('requests.not-readable')}</p>}
      {held?.kind === 'draft' && packs !== null && <Standing text={held.text} packs={packs} />}
    </li>
  );
}

/** The verdict in words, and how many findings of each severity are open. */
function Standing({ text, packs }: { readonly text: string; readonly packs: PackSet }) {
  const language = useMlaLanguage();
  const report = check(JSON.parse(text), packs, today());
  const counts = report.verdict === 'malformed' ? null : report.counts;
  const open = SEVERITIES.flatMap((severity) => {
    const count = counts?.[severity] ?? 0;
    return count === 0 ? [] : [`${labelOf('severities', severity)[language]}: ${count}`];
  });
  return (
    <>
      <p className="verdict">{describeVerdict(report, language)}</p>
      {open.length > 0 && <p className="soft">{open.join(' · ')}</p>}
    </>
  );
}
