import { describe, openBlockers, readRequest, takesTwo, type Finding } from '@enlace/mla';
import { useCallback, useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownRequest } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { usePacks } from '../law/packs.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { today, useReport } from '../requests/use-check.js';
import { RequestPlaces } from '../sharing/request-places.js';
import { documentOf, useReading } from '../sharing/use-reading.js';
import { ExportForm } from './export-form.js';
import { ThawForm } from './thaw-form.js';
import { VersionFacts } from './version-facts.js';
import { WaiveForm } from './waive-form.js';

interface ActProps {
  readonly requestId: string;
  readonly shown: ShownRequest;
  readonly onNext: () => void;
}

/** From a draft to the document for the central authority: what stands against it, the frozen version, its files. */
export function FormalPage({ requestId }: { readonly requestId: string }) {
  const t = useMessages();
  const [acts, setActs] = useState(0);
  const read = useCallback(async () => worker().call('request.open', { requestId }), [requestId]);
  const { value: shown, problem } = useReading(String(acts), read);
  const again = (): void => setActs(acts + 1);
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('requests.formal.title')} />
      <ActProblem problem={problem} />
      {shown === null && problem === null && <p className="waiting">{t('requests.opening')}</p>}
      {shown !== null && (
        <>
          <RequestPlaces requestId={requestId} act="formal" kind={shown.held.kind} />
          <p className="record-name">{shown.held.title}</p>
          <p>{t('requests.formal.intro')}</p>
          {shown.held.kind === 'draft' && (
            <Stage requestId={requestId} shown={shown} onNext={again} />
          )}
        </>
      )}
    </div>
  );
}

function Stage(props: ActProps) {
  const t = useMessages();
  const { requestId, shown, onNext } = props;
  const status = shown.tracked?.status ?? 'draft';
  return (
    <>
      <p>{t(`requests.status.${status}`)}</p>
      <VersionFacts key={status} requestId={requestId} shown={shown} />
      {['draft', 'shared', 'opinion'].includes(status) && <Freezing {...props} />}
      {['frozen', 'exported'].includes(status) && (
        <ExportForm requestId={requestId} onExported={onNext} />
      )}
      {status === 'frozen' && <ThawForm requestId={requestId} onDone={onNext} />}
      {!['draft', 'shared', 'opinion', 'frozen', 'exported'].includes(status) && (
        <p className="notice">{t('requests.formal.not-now')}</p>
      )}
    </>
  );
}

function Freezing({ requestId, shown, onNext }: ActProps) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const packs = usePacks()?.packs ?? null;
  const document = documentOf(shown.held.text);
  const report = useReport(document, packs);
  const parsed = readRequest(document);
  if (report === null || parsed.kind === 'malformed') {
    return <p className="waiting">{t('requests.checking')}</p>;
  }
  const open = openBlockers(
    report.findings,
    parsed.request,
    shown.waivers.map(({ by, ...waiver }) => ({ ...waiver, by: by.personId })),
  );
  return (
    <>
      <Standing requestId={requestId} shown={shown} open={open} onNext={onNext} />
      <section className="card" aria-labelledby="freeze">
        <h2 id="freeze">{t('requests.formal.freeze')}</h2>
        <ActForm
          acting={acting}
          verb={t('requests.formal.freeze')}
          waiting={t('requests.formal.freezing')}
          isReady={!isOffline && open.length === 0}
          onAct={async () => {
            await worker().call('request.freeze', { requestId, today: today() });
            onNext();
          }}
        >
          <p>{t('requests.formal.freeze.effect')}</p>
        </ActForm>
      </section>
    </>
  );
}

/** What stands against freezing, each with the way to go on, and what was considered already. */
function Standing({
  requestId,
  shown: { waivers },
  open,
  onNext,
}: ActProps & { readonly open: readonly Finding[] }) {
  const t = useMessages();
  const language = useMlaLanguage();
  return (
    <section className="card" aria-labelledby="against">
      <h2 id="against">{t('requests.formal.blocked')}</h2>
      {open.length === 0 && <p>{t('requests.formal.clear')}</p>}
      {open.map((finding) => {
        const { message, fix } = describe(finding, language);
        return (
          <div key={`${finding.rule} ${finding.subject}`} className="finding">
            <p>
              <span className="code">{finding.subject}</span>: {message} {fix}
            </p>
            {takesTwo(finding) && <p className="notice">{t('requests.formal.two')}</p>}
            <WaiveForm requestId={requestId} finding={finding} onGiven={onNext} />
          </div>
        );
      })}
      {waivers.length > 0 && (
        <>
          <h3>{t('requests.formal.considered')}</h3>
          <ul className="lines">
            {waivers.map(({ rule, subject, by, reason, values }) => (
              <li key={`${rule} ${subject} ${by.personId} ${values}`}>
                <span className="code">
                  {rule} · {subject}
                </span>{' '}
                {t('requests.formal.considered-by', { name: by.name ?? by.personId, reason })}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
