import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { RecordTable } from '../../components/record-table.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { OwnActs } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { outcomeWord } from '../audit/record-words.js';

/** Everything on record in the name of this person: whoever finds an act that is not theirs has found a theft. */
export function ActivityPage() {
  const t = useMessages();
  const language = useLanguage();
  const { isBusy, problem, act } = useAct();
  const isOffline = useIsOffline();
  const [own, setOwn] = useState<OwnActs | null>(null);
  const read = (before: string | null): void =>
    act(async () => {
      const page = await worker().call('record.own', { before });
      setOwn((held) =>
        held === null || before === null ? page : { ...page, acts: [...held.acts, ...page.acts] },
      );
    });
  useAtStart(() => read(null));
  const heads = (['time', 'type', 'outcome', 'device', 'from', 'place'] as const).map((name) =>
    t(`activity.head.${name}`),
  );
  const rows = (own?.acts ?? []).map((each) => ({
    key: each.eventId,
    cells: [
      <span key="time" className="whole">
        {formatDateTime(language, each.occurredAt)}
      </span>,
      <span key="type" className="code">
        {each.type}
      </span>,
      outcomeWord(t, each.outcome),
      each.isThisDevice ? t('activity.this-device') : <Code key="d" text={each.deviceId} />,
      <Code key="ip" text={each.ip} />,
      each.index === null ? t('activity.pending') : String(each.index),
    ],
  }));
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('activity.title')} />
      <p>{t('activity.intro')}</p>
      <ActProblem problem={problem} />
      {own === null && problem === null && <p className="waiting">{t('activity.loading')}</p>}
      {own !== null && rows.length === 0 && <p>{t('activity.none')}</p>}
      {rows.length > 0 && <RecordTable caption={t('activity.title')} heads={heads} rows={rows} />}
      {own !== null && own.next !== null && (
        <Button
          className="button button-plain"
          isDisabled={isBusy || isOffline}
          onPress={() => read(own.next)}
        >
          {t('audit.more')}
        </Button>
      )}
      <p className="notice">{t('activity.not-mine')}</p>
      <p className="soft">{t('activity.word')}</p>
      <a href={hrefOf('audit-integrity')}>{t('activity.integrity')}</a>
    </div>
  );
}

function Code({ text }: { readonly text: string | null }) {
  return <span className="code">{text ?? '–'}</span>;
}
