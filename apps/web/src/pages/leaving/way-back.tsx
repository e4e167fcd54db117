import { useState } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import type { Account, ResultOf } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';

/** What brings the work back on another browser, as the worker finds it now. */
export function WayBack({
  account,
  keys,
}: {
  readonly account: Account;
  /** Threads whose keys the vault has not: null where nobody could find out, undefined while that is looked for. */
  readonly keys: number | null | undefined;
}) {
  const t = useMessages();
  return (
    <div aria-live="polite" className="card-part">
      {account.demo === null ? <OwnWay /> : <p>{t('settings.wipe.demo')}</p>}
      {keys === 0 && <p>{t('settings.wipe.keys-kept')}</p>}
      {keys === null && <p className="notice notice-problem">{t('settings.wipe.keys-unknown')}</p>}
      {typeof keys === 'number' && keys > 0 && (
        <p className="notice notice-problem">{t('settings.wipe.keys-missing', { count: keys })}</p>
      )}
    </div>
  );
}

/** Whether the vault is whole on the server: without it nothing comes back. */
function OwnWay() {
  const t = useMessages();
  const { problem, act } = useAct();
  const [kept, setKept] = useState<ResultOf<'directory.vault'> | null>(null);
  useAtStart(() => act(async () => setKept(await worker().call('directory.vault', {}))));
  if (problem !== null) {
    return <p className="notice notice-problem">{t('settings.wipe.no-way-back')}</p>;
  }
  if (kept === null) return <p className="waiting">{t('vault.kept.loading')}</p>;
  const ways = kept.ways.map((way) => t(`vault.way.${way}`)).join(' · ');
  return <p>{t('settings.wipe.back', { version: kept.version, ways })}</p>;
}
