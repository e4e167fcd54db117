import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Account } from '../../protocol/operations.js';
import { useIsOffline, useIsReturned } from '../../state/connection.js';
import { formatDateTime } from '../../state/format.js';
import { DemoEntry } from './demo-entry.js';
import { PasskeyEntry } from './passkey-entry.js';

/** That there is no connection and from when what is shown comes; and the one touch that brings it back. */
export function ConnectionNotice({ account }: { readonly account: Account | null }) {
  const t = useMessages();
  const language = useLanguage();
  const isOffline = useIsOffline();
  const isReturned = useIsReturned();
  if (!isOffline) return null;
  const asOf = account?.asOf ?? null;
  return (
    <>
      <div role="alert">
        <p className="notice">
          {isReturned
            ? t('frame.returned')
            : asOf === null
              ? t('frame.offline')
              : t('frame.offline.as-of', { when: formatDateTime(language, asOf) })}
        </p>
      </div>
      {isReturned && account !== null && (
        <div className="banner">
          {account.demo === null ? (
            <PasskeyEntry verb={t('frame.connect')} />
          ) : (
            <DemoEntry slug={account.demo} verb={t('frame.connect')} />
          )}
        </div>
      )}
    </>
  );
}
