import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { WordsField } from '../../components/words-field.js';

/** A frozen version stays; to go on writing beside it, whoever does says why. */
export function ThawForm({
  requestId,
  onDone,
}: {
  readonly requestId: string;
  readonly onDone: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [reason, setReason] = useState('');
  const thaw = async (): Promise<void> => {
    const why = reason.trim();
    const step = { requestId, to: 'draft', formalReference: null, reason: why } as const;
    await worker().call('request.step', step);
    onDone();
  };
  return (
    <section className="card" aria-labelledby="thaw">
      <h2 id="thaw">{t('requests.formal.thaw')}</h2>
      <ActForm
        acting={acting}
        verb={t('requests.to-draft')}
        waiting={t('act.waiting')}
        isReady={!isOffline && reason.trim() !== ''}
        onAct={thaw}
      >
        <p>{t('requests.formal.thaw.effect')}</p>
        <WordsField label={t('requests.formal.thaw.why')} value={reason} onChange={setReason} />
      </ActForm>
    </section>
  );
}
