import { useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../i18n/use-messages.js';
import {
  changeRelease,
  lookAgain,
  useKeptRelease,
  type ReadyRelease,
  type RefusedRelease,
} from '../state/delivery/kept-release.js';
import { useAct } from '../state/use-act.js';
import { ActProblem } from './act-problem.js';
import { PageHeading } from './page-heading.js';

/** What a page shows while it runs what was released; in its place an alarm once the server delivers something else. */
export function ReleaseGate({ children }: { readonly children: ReactNode }) {
  const release = useKeptRelease();
  const [seen, setSeen] = useState<RefusedRelease | null>(null);
  if (release.kind === 'refused' && release !== seen) {
    return (
      <AlarmPage
        refused={release}
        onRetry={() => void lookAgain()}
        onGoOn={() => setSeen(release)}
      />
    );
  }
  return (
    <>
      {release.kind === 'ready' && <ReadyNotice release={release} />}
      {children}
    </>
  );
}

/** Another release is here, whole and verified: it runs once the person says so. */
function ReadyNotice({ release }: { readonly release: ReadyRelease }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const { releaseId, logIndex } = release;
  return (
    <section className="notice banner" aria-label={t('release.ready.title')}>
      <p>
        {logIndex === null
          ? t('release.ready', { release: releaseId })
          : t('release.ready.logged', { release: releaseId, index: logIndex })}
      </p>
      <Button
        className="button button-plain"
        isDisabled={isBusy}
        onPress={() => act(async () => changeRelease(release))}
      >
        {t('release.change')}
      </Button>
      <ActProblem problem={problem} />
    </section>
  );
}

/** Takes the place of every page: what the server delivers is not what was released. */
function AlarmPage({
  refused: { rule, path, held },
  onRetry,
  onGoOn,
}: {
  readonly refused: RefusedRelease;
  readonly onRetry: () => void;
  readonly onGoOn: () => void;
}) {
  const t = useMessages();
  return (
    <div className="sheet">
      <PageHeading text={t('alarm.title')} />
      <div className="notice notice-problem" role="alert">
        <p>{t('alarm.what', { path })}</p>
        <p>
          {t(held === null ? 'alarm.effect.none-held' : 'alarm.effect.held', {
            release: held ?? '',
          })}
        </p>
        <p>{t('alarm.whom')}</p>
        <p className="code">{t('problem.code', { code: `release.${rule}` })}</p>
      </div>
      <Button className="button button-plain" onPress={onRetry}>
        {t('problem.retry')}
      </Button>
      {held !== null && (
        <Button className="button button-plain" onPress={onGoOn}>
          {t('alarm.go-on', { release: held })}
        </Button>
      )}
    </div>
  );
}
