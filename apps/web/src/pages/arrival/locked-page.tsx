import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import { usePreferences } from '../../state/preferences/preferences.js';
import type { LockReason } from '../../state/workspace.js';
import { DemoEntry } from './demo-entry.js';
import { PasskeyEntry } from './passkey-entry.js';

/** Takes the place of every page: the worker has ended, and nothing of the content is left in the document. */
export function LockedPage({
  reason,
  state,
  demo,
}: {
  readonly reason: LockReason;
  readonly state: string;
  readonly demo: string | null;
}) {
  const t = useMessages();
  const { idleMinutes: minutes } = usePreferences();
  return (
    <div className="arrival">
      <section className="card">
        <PageHeading text={t('locked.title')} />
        <p className="lead">{t(`locked.${reason}`, { minutes })}</p>
        <p>{t('locked.who', { state })}</p>
        {demo === null ? (
          <PasskeyEntry verb={t('locked.act')} />
        ) : (
          <DemoEntry slug={demo} verb={t('demo.again')} />
        )}
      </section>
    </div>
  );
}
