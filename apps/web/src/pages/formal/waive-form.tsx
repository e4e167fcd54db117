import type { Finding } from '@enlace/mla';
import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { WordsField } from '../../components/words-field.js';
import { today } from '../requests/use-check.js';

/** A reason says something, and fits on the internal annex. */
const REASON = { least: 20, most: 2_000 };

/** Goes on in spite of a finding, for a reason that stays in the draft under one's name. */
export function WaiveForm({
  requestId,
  finding: { rule, subject },
  onGiven,
}: {
  readonly requestId: string;
  readonly finding: Finding;
  readonly onGiven: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [reason, setReason] = useState('');
  const said = reason.trim();
  return (
    <ActForm
      acting={acting}
      verb={t('requests.formal.waive')}
      waiting={t('act.waiting')}
      isReady={!isOffline && said.length >= REASON.least && said.length <= REASON.most}
      onAct={async () => {
        const about = { requestId, today: today(), rule, subject };
        await worker().call('request.waive', { ...about, reason: said });
        onGiven();
      }}
    >
      <WordsField label={t('requests.formal.reason')} value={reason} onChange={setReason} />
    </ActForm>
  );
}
