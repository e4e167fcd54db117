import { useCallback, useMemo, useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, ShownRequest } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import type { Acting } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { usePacks } from '../law/packs.js';
import { EditingContext } from '../requests/editing.js';
import { ProtectionBanner } from '../requests/protection-banner.js';
import { StandingLine } from '../requests/standing-line.js';
import { findingsByPlace, today, useReport } from '../requests/use-check.js';
import { useRequest, type OpenedRequest } from '../requests/use-request.js';
import { Compared } from './compared.js';
import { RequestPlaces } from './request-places.js';
import { ShareForm } from './share-form.js';
import { TickFields } from './tick-fields.js';
import { NOTHING_TICKED, type Ticked } from './ticks.js';
import { documentOf, useReading } from './use-reading.js';

/** What the other State would see of a draft, before anybody there sees it; and the act that shows it to them. */
export function SharePage({ requestId }: { readonly requestId: string }) {
  const t = useMessages();
  const opened = useRequest(requestId);
  const { shown, problem } = opened;
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('requests.share.title')} />
      <ActProblem problem={problem} />
      {shown === null && problem === null && <p className="waiting">{t('requests.opening')}</p>}
      {shown !== null && (
        <>
          <RequestPlaces requestId={requestId} act="share" kind={shown.held.kind} />
          <p className="record-name">{shown.held.title}</p>
        </>
      )}
      {shown?.held.kind === 'draft' && (
        <Draft requestId={requestId} opened={opened} shown={shown} />
      )}
    </div>
  );
}

interface DraftProps {
  readonly requestId: string;
  readonly opened: OpenedRequest;
  readonly shown: ShownRequest;
}

function Draft({ requestId, opened, shown }: DraftProps) {
  const { document, set } = opened;
  const packs = usePacks()?.packs ?? null;
  const report = useReport(document, packs);
  const status = shown.tracked?.status ?? 'draft';
  const editing = useMemo(
    () => ({
      document,
      set,
      findings: findingsByPlace(report?.findings ?? []),
      ground: null,
      isReadOnly: status !== 'draft' || !shown.isWhole,
    }),
    [document, set, report, status, shown.isWhole],
  );
  return (
    <EditingContext value={editing}>
      <StandingLine opened={opened} report={report} hasPacks={packs !== null} />
      {report !== null && <ProtectionBanner report={report} />}
      {['draft', 'opinion'].includes(status) ? (
        <Sharing requestId={requestId} opened={opened} />
      ) : (
        <AlreadyOut requestId={requestId} />
      )}
    </EditingContext>
  );
}

function AlreadyOut({ requestId }: { readonly requestId: string }) {
  const t = useMessages();
  return (
    <p className="notice">
      {t('requests.share.already')}{' '}
      <a href={hrefOfRequest(requestId, 'opinion')}>{t('requests.share.see')}</a>
    </p>
  );
}

/** The preview is of what is sealed: while something is typed there is none. */
function Sharing({
  requestId,
  opened: { shown, document, saving },
}: {
  readonly requestId: string;
  readonly opened: OpenedRequest;
}) {
  const t = useMessages();
  const [ticked, setTicked] = useState(NOTHING_TICKED);
  const isSettled = saving !== 'typed' && saving !== 'saving';
  const text = isSettled ? (shown?.held.text ?? null) : null;
  const wanted = text === null ? null : `${JSON.stringify(ticked)} ${text}`;
  const read = useCallback(
    async () => worker().call('request.preview', { requestId, today: today(), ticked }),
    [requestId, ticked],
  );
  const { value, key, problem } = useReading(wanted, read);
  if (problem !== null) return <Stopped problem={problem} />;
  if (value === null) return <p className="waiting">{t('requests.share.loading')}</p>;
  return (
    <>
      <TickFields document={document} ticked={ticked} onChange={setTicked} />
      {key === wanted ? (
        <Previewed {...{ requestId, ticked, value, shown, document }} />
      ) : (
        <p className="waiting">{t('requests.share.loading')}</p>
      )}
    </>
  );
}

function Previewed({
  requestId,
  ticked,
  value,
  shown,
  document,
}: {
  readonly requestId: string;
  readonly ticked: Ticked;
  readonly value: ResultOf<'request.preview'>;
} & Pick<OpenedRequest, 'shown' | 'document'>) {
  const t = useMessages();
  return (
    <>
      <section className="card" aria-labelledby="exactly">
        <h2 id="exactly">{t('requests.share.preview')}</h2>
        <p>{t('requests.share.preview.effect')}</p>
        <p className="soft">
          {t('requests.share.hash')} <span className="code">{value.sha256}</span>
        </p>
        <Compared draft={document} projection={documentOf(value.text)} />
      </section>
      <ShareForm
        key={value.sha256}
        requestId={requestId}
        requestedState={shown?.tracked?.requestedState ?? ''}
        preview={{ ...value, ticked }}
      />
    </>
  );
}

/** Why there is no preview: what endangers people stands above, with ways out. */
function Stopped({ problem }: { readonly problem: NonNullable<Acting['problem']> }) {
  const t = useMessages();
  if (problem.code !== 'request.unprotected') return <ActProblem problem={problem} />;
  return (
    <p className="notice notice-problem" role="alert">
      {t('requests.share.unprotected')}
    </p>
  );
}
