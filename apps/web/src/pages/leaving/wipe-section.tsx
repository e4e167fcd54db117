import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Account, ResultOf } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { leaveForGood, worker } from '../../state/workspace.js';
import { isAnythingLost, Unsent } from './unsent.js';
import { WayBack } from './way-back.js';

/** Signs out and leaves nothing in this browser, after the person was told what is lost with it. */
export function WipeSection({ account }: { readonly account: Account }) {
  const t = useMessages();
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="card" aria-labelledby="settings-wipe">
      <h2 id="settings-wipe">{t('settings.wipe')}</h2>
      <p>{t('settings.wipe.text')}</p>
      <Button className="button button-plain" onPress={() => setAsking(true)}>
        {t('settings.wipe.ask')}
      </Button>
      {isAsking && <WipeDialog account={account} onClose={() => setAsking(false)} />}
    </section>
  );
}

function WipeDialog({
  account,
  onClose,
}: {
  readonly account: Account;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const [leaving, looking] = [useAct(), useAct()];
  const [unsent, setUnsent] = useState<ResultOf<'thread.unsent'> | null>(null);
  const [isAccepted, setAccepted] = useState(false);
  useAtStart(() => looking.act(async () => setUnsent(await worker().call('thread.unsent', {}))));
  const isKnown = unsent !== null || looking.problem !== null;
  const needsWord = unsent === null || isAnythingLost(unsent);
  return (
    <ActDialog
      title={t('settings.wipe.title')}
      effect={t('settings.wipe.effect')}
      verb={t('settings.wipe.act')}
      acting={leaving}
      isReady={isKnown && (isAccepted || !needsWord)}
      isLocal
      onConfirm={() => leaving.act(leaveForGood)}
      onClose={onClose}
    >
      <Unsent unsent={unsent} problem={looking.problem} />
      <WayBack account={account} keys={looking.problem === null ? unsent?.keys : null} />
      {isKnown && needsWord && (
        <label className="choice">
          <input
            type="checkbox"
            checked={isAccepted}
            onChange={({ target }) => setAccepted(target.checked)}
          />
          {t('settings.wipe.accept')}
        </label>
      )}
    </ActDialog>
  );
}
