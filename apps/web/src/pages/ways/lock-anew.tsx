import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { showPasskey } from '../../state/passkey.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

interface LockAnewProps {
  readonly hasPassphrase: boolean;
  readonly onRenewed: (ways: ResultOf<'ways.list'>) => void;
}

/** What is to open the vault together with the new code is shown once more; what is not shown opens nothing then. */
export function LockAnew({ hasPassphrase, onRenewed }: LockAnewProps) {
  const t = useMessages();
  const [showing, locking] = [useAct(), useAct()];
  const [shown, setShown] = useState(0);
  const [phrase, setPhrase] = useState('');
  const [isLossAccepted, setLossAccepted] = useState(false);
  const isLeftBehind = locking.problem?.code === 'vault.keys-left-behind';
  const lock = async (): Promise<void> => {
    const passphrase = phrase === '' ? null : textBuffer(phrase);
    const given = passphrase === null ? [] : [passphrase];
    onRenewed(await worker().call('ways.renew', { passphrase, isLossAccepted }, given));
  };
  const isReady = shown > 0 || phrase !== '';
  return (
    <>
      <p>{t('ways.lock.text')}</p>
      <p aria-live="polite">{t('ways.lock.shown', { count: shown })}</p>
      <ActProblem problem={showing.problem} />
      <Button
        className="button button-plain"
        isDisabled={showing.isBusy}
        onPress={() => showing.act(async () => setShown(await showOne()))}
      >
        {t('ways.lock.show')}
      </Button>
      {hasPassphrase && <PhraseField value={phrase} onChange={setPhrase} />}
      <p className="notice">{t('ways.lock.effect')}</p>
      <ActProblem problem={locking.problem} />
      {(isLeftBehind || isLossAccepted) && (
        <label className="choice">
          <input
            type="checkbox"
            checked={isLossAccepted}
            onChange={({ target }) => setLossAccepted(target.checked)}
          />
          {t('ways.lock.accept')}
        </label>
      )}
      {locking.isBusy && <p className="waiting">{t('ways.lock.waiting')}</p>}
      <Button
        className="button button-main"
        isDisabled={!isReady || locking.isBusy || showing.isBusy}
        onPress={() => locking.act(lock)}
      >
        {t('ways.lock.act')}
      </Button>
    </>
  );
}

async function showOne(): Promise<number> {
  const { credentialId, prf } = await showPasskey(await worker().call('session.ask-here', {}));
  const given = prf === null ? [] : [prf];
  return (await worker().call('ways.add-passkey', { credentialId, prf }, given)).shown;
}

function PhraseField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (typed: string) => void;
}) {
  const t = useMessages();
  return (
    <div className="question">
      <label htmlFor="ways-phrase">{t('ways.lock.phrase')}</label>
      <input
        id="ways-phrase"
        className="input"
        type="password"
        autoComplete="off"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}
