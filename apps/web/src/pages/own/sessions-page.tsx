import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Account, OwnSession } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';

/** The live sessions of the person, and the act that ends one of them. */
export function SessionsPage({ account }: { readonly account: Account }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const isOffline = useIsOffline();
  const [sessions, setSessions] = useState<readonly OwnSession[] | null>(null);
  const read = (): void => act(async () => setSessions(await worker().call('session.list', {})));
  const end = (sessionId: string): void =>
    act(async () => setSessions(await worker().call('session.end', { sessionId })));
  useAtStart(read);
  return (
    <div className="sheet">
      <PageHeading text={t('sessions.title')} />
      <p>{t('sessions.intro')}</p>
      <ActProblem problem={problem} />
      {sessions === null && problem === null && <p className="waiting">{t('sessions.loading')}</p>}
      {sessions !== null && (
        <ul className="cards">
          {sessions.map((session) => (
            <SessionCard
              key={session.sessionId}
              session={session}
              isThisDevice={session.deviceId === account.deviceId}
              isBusy={isBusy || isOffline}
              onEnd={() => end(session.sessionId)}
            />
          ))}
        </ul>
      )}
      {sessions?.length === 1 && <p className="soft">{t('sessions.only')}</p>}
      {isOffline && <p className="soft">{t('act.offline')}</p>}
      <Button className="button button-plain" isDisabled={isBusy || isOffline} onPress={read}>
        {t('sessions.again')}
      </Button>
    </div>
  );
}

interface SessionCardProps {
  readonly session: OwnSession;
  readonly isThisDevice: boolean;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
}

function SessionCard({ session, isThisDevice, isBusy, onEnd }: SessionCardProps) {
  const t = useMessages();
  const language = useLanguage();
  const time = (instant: string): string => formatDateTime(language, instant);
  return (
    <li className="card">
      <h2>{t(isThisDevice ? 'sessions.this-device' : 'sessions.other-device')}</h2>
      <p className="code">{session.deviceId}</p>
      <p>{t('sessions.opened', { when: time(session.openedAt) })}</p>
      <p>{t('sessions.used', { when: time(session.lastUsedAt) })}</p>
      <p>{t('sessions.ends', { when: time(session.endsAt) })}</p>
      {session.current ? (
        <p className="soft">{t('sessions.current')}</p>
      ) : (
        <Button className="button button-plain" isDisabled={isBusy} onPress={onEnd}>
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}
