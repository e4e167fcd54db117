import { useCallback, useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, SharedVersion, ShownRequest } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { worker } from '../../state/workspace.js';
import { DocumentView } from './document-view.js';
import { BackToDraft, RequestPlaces } from './request-places.js';
import { documentOf, useNewsCount, useReading } from './use-reading.js';

type Versions = ResultOf<'request.versions'>;
interface Opened {
  readonly shown: ShownRequest;
  readonly shared: Versions;
}

/** What was shared of a request, version by version, with what the other State says of each. */
export function OpinionPage({ requestId }: { readonly requestId: string }) {
  const t = useMessages();
  const [threadId, setThread] = useState('');
  const [acts, setActs] = useState(0);
  const news = useNewsCount(threadId);
  const read = useCallback(async (): Promise<Opened> => {
    const shown = await worker().call('request.open', { requestId });
    const shared = await worker().call('request.versions', { requestId });
    setThread(shared.versions[0]?.threadId ?? '');
    return { shown, shared };
  }, [requestId]);
  const { value: opened, problem } = useReading(`${news} ${acts}`, read);
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('requests.opinion.title')} />
      <ActProblem problem={problem} />
      {opened === null && problem === null && <p className="waiting">{t('requests.opening')}</p>}
      {opened !== null && (
        <>
          <RequestPlaces requestId={requestId} act="opinion" kind={opened.shown.held.kind} />
          <p className="record-name">{opened.shown.held.title}</p>
          <p className="notice">{t('requests.opinion.informal')}</p>
          <Shared requestId={requestId} opened={opened} onChange={() => setActs(acts + 1)} />
        </>
      )}
    </div>
  );
}

function Shared({
  requestId,
  opened: { shown, shared },
  onChange,
}: {
  readonly requestId: string;
  readonly opened: Opened;
  readonly onChange: () => void;
}) {
  const t = useMessages();
  const { held, tracked } = shown;
  const isOut = tracked?.status === 'shared' || tracked?.status === 'opinion';
  return (
    <>
      {held.kind === 'draft' && isOut && (
        <section className="card" aria-labelledby="standing">
          <h2 id="standing">{t(`requests.status.${tracked.status}`)}</h2>
          <p>{t('requests.opinion.draft-waits')}</p>
          <BackToDraft requestId={requestId} onDone={onChange} />
        </section>
      )}
      {shared.versions.length === 0 && (
        <p>
          {t('requests.opinion.none-shared')}{' '}
          {held.kind === 'draft' && (
            <a href={hrefOfRequest(requestId, 'share')}>{t('requests.place.share')}</a>
          )}
        </p>
      )}
      {shared.versions.map((one) => (
        <Version key={`${one.threadId} ${one.version}`} version={one} />
      ))}
    </>
  );
}

/** One version as it was frozen. */
function Version({
  version: { version, sha256, text, isNewest },
}: {
  readonly version: SharedVersion;
}) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby={`version-${version}`}>
      <h2 id={`version-${version}`}>{t('requests.version', { version })}</h2>
      <p className="soft">
        {t('requests.share.hash')} <span className="code">{sha256}</span>
      </p>
      <details className="form-more" open={isNewest}>
        <summary>{t('requests.version.read')}</summary>
        <DocumentView document={documentOf(text)} />
      </details>
    </section>
  );
}
