import { readOpinion } from '@enlace/mla';
import { useCallback, useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, SharedVersion, ShownRequest } from '../../protocol/operations.js';
import { hrefOfDetail, hrefOfRequest } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import { worker } from '../../state/workspace.js';
import { DocumentView } from '../sharing/document-view.js';
import { BackToDraft, RequestPlaces } from '../sharing/request-places.js';
import { documentOf, useNewsCount, useReading } from '../sharing/use-reading.js';
import { AskedLines } from './asked-lines.js';
import { OpinionForm } from './opinion-form.js';
import { OpinionView } from './opinion-view.js';

type Versions = ResultOf<'request.versions'>;
/** Who may say it for a State. */
const GIVING: ReadonlySet<string> = new Set(['prosecutor', 'liaison']);

interface Opened {
  readonly shown: ShownRequest;
  readonly shared: Versions;
}

/** What was shared of a request, version by version, with what the other State says of each. */
export function OpinionPage({
  requestId,
  roles,
}: {
  readonly requestId: string;
  /** By the own directory. */
  readonly roles: readonly string[];
}) {
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
          <Shared
            requestId={requestId}
            opened={opened}
            roles={roles}
            onChange={() => setActs(acts + 1)}
          />
        </>
      )}
    </div>
  );
}

function Shared({
  requestId,
  opened: { shown, shared },
  roles,
  onChange,
}: {
  readonly requestId: string;
  readonly opened: Opened;
  readonly roles: readonly string[];
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
      {held.kind === 'shared' && isOut && <Opine {...{ requestId, shared, roles, onChange }} />}
    </>
  );
}

/** Whose opinion counts: a prosecutor or a liaison of the State that is asked, on the newest version. */
function Opine({
  requestId,
  shared: { ownState, versions },
  roles,
  onChange,
}: {
  readonly requestId: string;
  readonly shared: Versions;
  readonly roles: readonly string[];
  readonly onChange: () => void;
}) {
  const t = useMessages();
  const newest = versions.find(({ isNewest }) => isNewest);
  if (newest === undefined || documentOf(newest.text)['requestedState'] !== ownState) return null;
  if (!roles.some((role) => GIVING.has(role))) {
    return <p className="notice">{t('requests.opine.not-yours')}</p>;
  }
  return <OpinionForm requestId={requestId} version={newest} onGiven={onChange} />;
}

/** One version as it was frozen, and beside it what was said of it. */
function Version({ version: one }: { readonly version: SharedVersion }) {
  const t = useMessages();
  const { threadId, version, sha256, text, isNewest, asked } = one;
  const id = `version-${threadId}-${version}`;
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{t('requests.version', { version })}</h2>
      <p className="soft">
        {t('requests.share.hash')} <span className="code">{sha256}</span>{' '}
        <a href={hrefOfDetail('threads', threadId)}>{t('requests.version.thread')}</a>
      </p>
      <AskedLines asked={asked} />
      <div className="compared">
        <details className="form-more" open={isNewest}>
          <summary>{t('requests.version.read')}</summary>
          <DocumentView document={documentOf(text)} />
        </details>
        <Opinions version={one} />
      </div>
    </section>
  );
}

function Opinions({ version: { opinions, isNewest } }: { readonly version: SharedVersion }) {
  const t = useMessages();
  return (
    <div className="compared-side compared-travels">
      <h3>{t('requests.opinions')}</h3>
      {!isNewest && <p className="notice">{t('requests.opine.older')}</p>}
      {opinions.length === 0 && <p className="soft">{t('requests.opinions.none')}</p>}
      {opinions.map(({ by, text }) => (
        <Opinion key={text} by={by} text={text} />
      ))}
    </div>
  );
}

function Opinion({ by: { personId, name, state }, text }: SharedVersion['opinions'][number]) {
  const t = useMessages();
  const language = useLanguage();
  const read = readOpinion(JSON.parse(text));
  if (read.kind === 'malformed') return <p>{t('requests.opinions.unreadable')}</p>;
  return (
    <article className="opinion">
      <h4>{t('requests.opinions.by', { name: name ?? personId, state: state ?? '' })}</h4>
      <p className="soft">{formatDateTime(language, read.opinion.at)}</p>
      <OpinionView opinion={read.opinion} />
    </article>
  );
}
