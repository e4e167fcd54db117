import { describeVerdict, type SoundReport } from '@enlace/mla';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { PassedOverNotice } from '../case-records/passed-over-notice.js';
import { useMlaLanguage } from './request-words.js';
import type { OpenedRequest } from './use-request.js';

/** The pair, what the check says in words, and whether what was typed is sealed. */
export function StandingLine({
  opened: { shown, saving, savedAt },
  report,
  hasPacks,
}: {
  readonly opened: OpenedRequest;
  readonly report: SoundReport | null;
  readonly hasPacks: boolean;
}) {
  const t = useMessages();
  const language = useLanguage();
  const mlaLanguage = useMlaLanguage();
  const tracked = shown?.tracked ?? null;
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short', hourCycle: 'h23' });
  return (
    <div className="card">
      {tracked !== null && (
        <p>
          {t('requests.pair', { from: tracked.requestingState, to: tracked.requestedState })}{' '}
          {t(`requests.status.${tracked.status}`)}
        </p>
      )}
      <PassedOverNotice marks={shown?.passedOver ?? []} />
      {shown?.isWhole === false && <p className="notice">{t('requests.incomplete')}</p>}
      <output className="verdict">
        {report !== null && describeVerdict(report, mlaLanguage)}
        {report === null && (hasPacks ? t('requests.check-stopped') : t('requests.checking'))}
      </output>
      <output className="soft">
        {t(`requests.saving.${saving}`, { when: savedAt === null ? '' : time.format(savedAt) })}
      </output>
    </div>
  );
}
