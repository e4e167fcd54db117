import { isMessageKey } from '../../i18n/messages.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';

/** What no honest server and no honest member bring about, above everything that was said. */
export function ThreadAlerts({ thread }: { readonly thread: ShownThread }) {
  const t = useMessages();
  const { alerts, isServed } = thread;
  const isStopped = alerts.some(({ response }) => response === 'suspend');
  return (
    <div role="alert">
      {isStopped && <p className="notice notice-problem">{t('thread.stopped')}</p>}
      {alerts.map(({ code, seq }) => {
        const key = `thread.alert.${code}`;
        const what = isMessageKey(key) ? t(key) : code;
        return (
          <p key={`${code} ${String(seq)}`} className="notice notice-problem">
            {what} {seq !== null && t('thread.alert.place', { seq })} {t('problem.code', { code })}
          </p>
        );
      })}
      {!isServed && <p className="notice">{t('thread.gone')}</p>}
    </div>
  );
}
