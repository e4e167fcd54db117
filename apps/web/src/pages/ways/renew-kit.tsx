import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { worker } from '../../state/workspace.js';
import { KitForm } from './kit-form.js';
import { LockAnew } from './lock-anew.js';

interface RenewKitProps {
  readonly hasPassphrase: boolean;
  readonly onRenewed: (ways: ResultOf<'ways.list'>) => void;
}

/** Another code in the place of the one on paper: the one before opens until this one has been typed back. */
export function RenewKit({ hasPassphrase, onRenewed }: RenewKitProps) {
  const t = useMessages();
  const [step, setStep] = useState<'none' | 'code' | 'lock'>('none');
  if (step === 'none') {
    return (
      <Button className="button button-plain" onPress={() => setStep('code')}>
        {t('ways.renew')}
      </Button>
    );
  }
  return (
    <div className="card-part">
      <h3>{t('ways.renew')}</h3>
      {step === 'code' ? (
        <KitForm
          intro={t('ways.renew.text')}
          help={t('ways.renew.help')}
          make={async () => (await worker().call('ways.new-kit', {})).code}
          check={async (typed) => {
            await worker().call('ways.check-kit', { typed });
            setStep('lock');
          }}
        />
      ) : (
        <LockAnew
          hasPassphrase={hasPassphrase}
          onRenewed={(ways) => {
            setStep('none');
            onRenewed(ways);
          }}
        />
      )}
      <Button className="button button-plain no-print" onPress={() => setStep('none')}>
        {t('act.give-up')}
      </Button>
    </div>
  );
}
