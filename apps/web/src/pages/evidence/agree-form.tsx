import { useState } from 'react';

import { TextQuestion } from '../../components/text-question.js';
import { useMessages } from '../../i18n/use-messages.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** A second auditor agrees to a large export of the first one, and to no other. */
export function AgreeForm() {
  const t = useMessages();
  const acting = useAct();
  const [rows, setRows] = useState<number | null>(null);
  const agree = async (typed: string): Promise<void> => {
    setRows(null);
    const exportId = typed.trim();
    const act = { action: 'audit.export-large', objectId: exportId };
    const named = { exportId, purpose: 'audit' } as const;
    const agreed = await inPresence(act, async () => worker().call('record.approve-export', named));
    setRows(agreed.rows);
  };
  return (
    <section className="card" aria-labelledby="agree">
      <h2 id="agree">{t('audit.export.agree')}</h2>
      <TextQuestion
        label={t('audit.export.name')}
        help={t('audit.export.agree.help')}
        verb={t('audit.export.agree.act')}
        acting={acting}
        onAnswer={agree}
      />
      {rows !== null && <output className="notice">{t('audit.export.agreed', { rows })}</output>}
    </section>
  );
}
