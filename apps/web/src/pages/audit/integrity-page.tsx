import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { Fact } from '../../components/fact.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RecordIntegrity } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { AuditPlaces } from './audit-places.js';

type Log = RecordIntegrity['logs'][number];

/** Whether the logs are whole, as this browser can tell: signed, cosigned, and grown since its last visit. */
export function IntegrityPage({ isAuditor }: { readonly isAuditor: boolean }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const isOffline = useIsOffline();
  const [seen, setSeen] = useState<RecordIntegrity | null>(null);
  const read = (): void => act(async () => setSeen(await worker().call('record.integrity', {})));
  useAtStart(read);
  return (
    <div className="sheet">
      <PageHeading text={t('audit.integrity.title')} />
      {isAuditor && <AuditPlaces route="audit-integrity" />}
      <p>{t('audit.integrity.intro')}</p>
      <ActProblem problem={problem} />
      {seen === null && problem === null && (
        <p className="waiting">{t('audit.integrity.loading')}</p>
      )}
      {seen?.logs.map((log) => (
        <LogCard key={log.origin} log={log} />
      ))}
      {seen !== null && (
        <section className="card" aria-labelledby="oversight">
          <h2 id="oversight">{t('audit.oversight')}</h2>
          <dl className="facts">
            <Fact name={t('audit.oversight.disputes')}>{seen.disputes}</Fact>
            <Fact name={t('audit.oversight.gaps')}>{seen.counterGaps}</Fact>
            <Fact name={t('audit.oversight.erasures')}>{seen.erasures}</Fact>
          </dl>
          <p className="soft">{t('audit.oversight.word')}</p>
        </section>
      )}
      <p className="soft">{t('audit.limits')}</p>
      <Button className="button button-plain" isDisabled={isBusy || isOffline} onPress={read}>
        {t('audit.integrity.again')}
      </Button>
    </div>
  );
}

function LogCard({ log }: { readonly log: Log }) {
  const t = useMessages();
  const language = useLanguage();
  const { origin, state, size, signedAt, standing, refusal, seen, isQuorumMet, witnesses } = log;
  const isAlarm = standing === 'refused' || state === 'halted';
  return (
    <section className="card" aria-labelledby={origin}>
      <h2 id={origin}>{t('audit.log', { origin })}</h2>
      <p className={isAlarm ? 'notice notice-problem' : 'notice'}>
        {t(`audit.integrity.${standing}`, { seen: seen ?? 0, size })}
        {refusal !== null && ` ${t('problem.code', { code: refusal })}`}
      </p>
      <dl className="facts">
        <Fact name={t('audit.integrity.state')}>{t(`audit.integrity.state.${state}`)}</Fact>
        <Fact name={t('audit.integrity.size')}>{size}</Fact>
        {signedAt !== null && (
          <Fact name={t('audit.integrity.signed')}>{formatDateTime(language, signedAt)}</Fact>
        )}
        <Fact name={t('audit.integrity.quorum')}>
          {t(isQuorumMet ? 'audit.integrity.quorum.met' : 'audit.integrity.quorum.few')}
        </Fact>
        {witnesses.map(({ name, cosignedAt }) => (
          <Fact key={name} name={name}>
            {formatDateTime(language, cosignedAt)}
          </Fact>
        ))}
      </dl>
    </section>
  );
}
