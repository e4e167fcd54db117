import { useCallback } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { Fact } from '../../components/fact.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { SharedVersion, ShownRequest } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { worker } from '../../state/workspace.js';
import { useReading } from '../sharing/use-reading.js';

/** What is frozen, by what it was checked, and what the other State says: all that the document rests on. */
export function VersionFacts({
  requestId,
  shown: { frozen },
}: {
  readonly requestId: string;
  readonly shown: ShownRequest;
}) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="version">
      <h2 id="version">{t('requests.frozen')}</h2>
      {frozen === null ? <p>{t('requests.frozen.none')}</p> : <Frozen frozen={frozen} />}
      <Opinions requestId={requestId} />
    </section>
  );
}

function Frozen({ frozen }: { readonly frozen: NonNullable<ShownRequest['frozen']> }) {
  const t = useMessages();
  const { version, sha256, checked } = frozen;
  return (
    <dl className="facts">
      <Fact name={t('requests.frozen.version')}>{version}</Fact>
      <Fact name={t('requests.frozen.hash')}>
        <span className="code">{sha256}</span>
      </Fact>
      {checked !== null && (
        <>
          <Fact name={t('requests.frozen.packs')}>
            {checked.packsId} · {checked.packsVersion}{' '}
            <span className="code">{checked.packsSha256}</span>
          </Fact>
          <Fact name={t('requests.frozen.checked')}>
            {t('requests.frozen.checked-with', {
              day: checked.today,
              engine: checked.engine,
              catalogue: checked.catalogue,
            })}
          </Fact>
        </>
      )}
    </dl>
  );
}

/** Nothing of it is in the document; whoever freezes knows whether the other State was asked, and has answered. */
function Opinions({ requestId }: { readonly requestId: string }) {
  const t = useMessages();
  const read = useCallback(
    async () => worker().call('request.versions', { requestId }),
    [requestId],
  );
  const { value, problem } = useReading(requestId, read);
  if (value === null) return <ActProblem problem={problem} />;
  const newest = value.versions.filter(({ isNewest }) => isNewest);
  return (
    <>
      {newest.length === 0 && <p>{t('requests.opinion.none-shared')}</p>}
      {newest.map((one) => (
        <Opinion key={one.threadId} requestId={requestId} version={one} />
      ))}
    </>
  );
}

function Opinion({
  requestId,
  version: { version, opinions },
}: {
  readonly requestId: string;
  readonly version: SharedVersion;
}) {
  const t = useMessages();
  return (
    <p>
      {t('requests.frozen.opinions', { version, count: opinions.length })}{' '}
      <a href={hrefOfRequest(requestId, 'opinion')}>{t('requests.place.opinion')}</a>
    </p>
  );
}
